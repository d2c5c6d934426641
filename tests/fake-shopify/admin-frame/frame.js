// The page around the app: answers what App Bridge asks, draws what the app declares, and keeps the address
// in step with the page the app shows, so that a reload opens it again.
const menuButton = document.getElementById('menu-button');
menuButton.addEventListener('click', () => {
  const open = menuButton.getAttribute('aria-expanded') !== 'true';
  menuButton.setAttribute('aria-expanded', String(open));
});

// The form has no address of its own: whoever is chosen sees the page that is open.
const staff = document.getElementById('staff');
staff?.addEventListener('change', () => staff.form.submit());

const frame = document.getElementById('app');
if (frame instanceof HTMLIFrameElement) embed(frame, document.querySelector('[data-app-base]').dataset);

function embed(frame, { appBase, tokenUrl }) {
  const app = new URL(frame.src).origin;
  const title = document.getElementById('title');
  const appName = title.textContent;
  const tell = (type, payload) => frame.contentWindow.postMessage({ standIn: type, ...payload }, app);
  const buttons = (actions, type) =>
    actions.map(({ index, label, variant, disabled }) => {
      const button = Object.assign(document.createElement('button'), { textContent: label, disabled });
      button.className = variant;
      button.addEventListener('click', () => tell(type, { index }));
      return button;
    });

  /** The part of the answer about who asks that each question is after. */
  const questions = { 'id-token': 'token', scopes: 'scopes', user: 'user' };

  const told = {
    menu: ({ links }) => {
      const entries = links.filter((link) => !link.home);
      document.getElementById('app-nav').replaceChildren(...entries.map(menuEntry));
      markMenu();
    },
    title: (given) => {
      title.textContent = given.title || appName;
      document.getElementById('title-actions').replaceChildren(...buttons(given.actions, 'title-action'));
    },
    'save-bar': ({ open, actions }) => {
      document.getElementById('save-bar').hidden = !open;
      const ordered = [...actions].sort(
        (a, b) => Number(a.variant === 'primary') - Number(b.variant === 'primary'),
      );
      document.getElementById('save-actions').replaceChildren(...buttons(ordered, 'save-action'));
    },
    loading: ({ busy }) => {
      document.getElementById('loading').hidden = !busy;
    },
    toast: ({ id, message, isError, ms }) => {
      const toast = Object.assign(document.createElement('p'), { id: `toast-${id}`, textContent: message });
      toast.className = isError ? 'toast error' : 'toast';
      document.getElementById('toasts').append(toast);
      setTimeout(() => toast.remove(), ms);
    },
    'toast-gone': ({ id }) => document.getElementById(`toast-${id}`)?.remove(),
    page: ({ path }) => {
      history.replaceState(null, '', appBase + path);
      markMenu();
    },
    open: ({ path, newTab }) => {
      const target = appBase.replace(/\/apps\/.*$/, '') + path;
      if (newTab) window.open(target, '_blank');
      else location.assign(target);
    },
  };

  function menuEntry({ href, label }) {
    const entry = document.createElement('li');
    const link = Object.assign(document.createElement('a'), { href: appBase + href, textContent: label });
    link.addEventListener('click', (event) => {
      event.preventDefault();
      menuButton.setAttribute('aria-expanded', 'false');
      tell('navigate', { href });
    });
    entry.append(link);
    return entry;
  }

  function markMenu() {
    for (const link of document.querySelectorAll('#app-nav a')) {
      if (link.pathname === location.pathname) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  }

  window.addEventListener('message', async ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== app || typeof data?.standIn !== 'string') return;
    const part = questions[data.standIn];
    if (part) {
      const answer = await (await fetch(tokenUrl)).json();
      tell('answer', { question: data.question, value: answer[part] });
    } else told[data.standIn]?.(data);
  });
}
