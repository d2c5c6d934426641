// The four elements an app declares its place in the admin with. Menu, title bar and save bar are drawn by
// the page around the app; a modal is drawn over the app itself. Nothing is put into the document while it
// loads: the app hydrates it as the server wrote it.
(() => {
  const { send, on } = window[Symbol.for('stand-in-admin')];
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    ui-nav-menu, ui-title-bar, ui-save-bar, ui-modal { display: none; }
    .stand-in-modal { position: fixed; inset: 0; z-index: 1000; display: flex; align-items: center;
      justify-content: center; background: rgb(0 0 0 / 50%); padding: 16px; }
    .stand-in-modal[hidden] { display: none; }
    .stand-in-modal > div { background: #fff; border-radius: 12px; width: min(620px, 100%); max-height: 90vh;
      overflow: auto; font: 14px/1.4 system-ui, sans-serif; color: #1a1a1a; }
    .stand-in-modal h2 { font-size: 16px; margin: 0; padding: 16px; border-bottom: 1px solid #ddd; }
    .stand-in-modal footer { display: flex; gap: 8px; justify-content: end; padding: 12px 16px;
      border-top: 1px solid #ddd; }
    .stand-in-modal footer button { font: inherit; padding: 6px 12px; border-radius: 8px;
      border: 1px solid #8a8a8a; background: #fff; }
    .stand-in-modal footer button[data-variant='primary'] { background: #1f3a5f; color: #fff; }
  `);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

  /** The buttons and links of an element, in the words of the page around the app. */
  const actionsOf = (element) =>
    [...element.querySelectorAll('button, a')].map((action, index) => ({
      index,
      label: action.textContent.trim() || (action.getAttribute('variant') === 'primary' ? 'Save' : 'Discard'),
      variant: action.getAttribute('variant') ?? '',
      disabled: action.hasAttribute('disabled') || action.getAttribute('loading') !== null,
    }));
  const press = (element, index) => element.querySelectorAll('button, a')[index]?.click();

  /** An element that tells the admin what it holds whenever that changes. */
  class Declared extends HTMLElement {
    connectedCallback() {
      this.watcher = new MutationObserver(() => this.declare());
      this.watcher.observe(this, { attributes: true, childList: true, characterData: true, subtree: true });
      queueMicrotask(() => this.declare());
    }

    disconnectedCallback() {
      this.watcher.disconnect();
      queueMicrotask(() => this.withdraw());
    }
  }

  customElements.define(
    'ui-nav-menu',
    class extends Declared {
      declare() {
        const links = [...this.querySelectorAll('a')].map((a) => ({
          href: a.getAttribute('href'),
          label: a.textContent.trim(),
          home: a.getAttribute('rel') === 'home',
        }));
        if (this.isConnected) send('menu', { links });
      }

      withdraw() {}
    },
  );

  customElements.define(
    'ui-title-bar',
    class extends Declared {
      declare() {
        if (!this.isConnected || this.closest('ui-modal')) return;
        on('title-action', ({ index }) => press(this, index));
        send('title', { title: this.getAttribute('title') ?? '', actions: actionsOf(this) });
      }

      withdraw() {
        if (!document.querySelector('ui-title-bar')) send('title', { title: '', actions: [] });
      }
    },
  );

  customElements.define(
    'ui-save-bar',
    class extends Declared {
      showing = false;

      declare() {
        if (!this.showing) return;
        on('save-action', ({ index }) => press(this, index));
        send('save-bar', { open: true, actions: actionsOf(this) });
      }

      withdraw() {
        this.hide();
      }

      show() {
        if (this.showing) return;
        this.showing = true;
        this.declare();
        this.dispatchEvent(new CustomEvent('show'));
      }

      hide() {
        if (!this.showing) return;
        this.showing = false;
        send('save-bar', { open: false, actions: [] });
        this.dispatchEvent(new CustomEvent('hide'));
      }

      toggle() {
        return this.showing ? this.hide() : this.show();
      }
    },
  );

  customElements.define(
    'ui-modal',
    class extends HTMLElement {
      #panel = null;
      #returnTo = null;

      get showing() {
        return this.#panel !== null && !this.#panel.hidden;
      }

      /** Where React puts what the modal shows. */
      get content() {
        return this.#made().querySelector('section');
      }

      disconnectedCallback() {
        this.#panel?.remove();
        this.#panel = null;
      }

      show() {
        if (this.showing) return;
        const panel = this.#made();
        const bar = this.querySelector('ui-title-bar');
        panel.querySelector('h2').textContent = bar?.getAttribute('title') ?? '';
        const actions = bar ? actionsOf(bar) : [];
        panel.querySelector('footer').replaceChildren(
          ...actions.map(({ index, label, variant, disabled }) => {
            const button = Object.assign(document.createElement('button'), { textContent: label, disabled });
            button.dataset.variant = variant;
            button.addEventListener('click', () => press(bar, index));
            return button;
          }),
        );
        this.#returnTo = document.activeElement;
        panel.hidden = false;
        panel.firstElementChild.focus();
        this.dispatchEvent(new CustomEvent('show'));
      }

      hide() {
        if (!this.showing) return;
        this.#panel.hidden = true;
        this.#returnTo?.focus?.();
        this.dispatchEvent(new CustomEvent('hide'));
      }

      toggle() {
        return this.showing ? this.hide() : this.show();
      }

      #made() {
        if (this.#panel) return this.#panel;
        const panel = document.createElement('div');
        panel.className = 'stand-in-modal';
        panel.hidden = true;
        panel.innerHTML =
          '<div role="dialog" aria-modal="true" tabindex="-1"><h2></h2><section></section><footer></footer></div>';
        const heading = panel.querySelector('h2');
        heading.id = `stand-in-modal-${document.querySelectorAll('.stand-in-modal').length + 1}`;
        panel.firstElementChild.setAttribute('aria-labelledby', heading.id);
        panel.addEventListener('keydown', (event) => {
          if (event.key === 'Escape') this.hide();
          if (event.key === 'Tab') keepInside(panel, event);
        });
        document.body.append(panel);
        this.#panel = panel;
        return panel;
      }
    },
  );

  function keepInside(panel, event) {
    const stops = [...panel.querySelectorAll('a[href], button:not([disabled]), input, select, textarea')];
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (edge !== undefined && document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
  }
})();
