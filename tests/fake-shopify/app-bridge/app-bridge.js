// What an embedded app finds as `window.shopify` inside the stand-in's admin. A classic script, because the
// app loads it first and expects the global at once. It speaks to the page around it by postMessage; that
// page has the origin this script came from.
(() => {
  const admin = new URL(document.currentScript.src).origin;
  const listeners = new Map();
  const pending = new Map();
  let asked = 0;

  const send = (type, payload = {}) => {
    if (window.parent !== window) window.parent.postMessage({ standIn: type, ...payload }, admin);
  };
  const ask = (type) =>
    new Promise((resolve) => {
      asked += 1;
      pending.set(asked, resolve);
      send(type, { question: asked });
    });
  const on = (type, listener) => listeners.set(type, listener);
  window.addEventListener('message', ({ origin, source, data }) => {
    if (origin !== admin || source !== window.parent || typeof data?.standIn !== 'string') return;
    if (data.standIn === 'answer') {
      pending.get(data.question)?.(data.value);
      pending.delete(data.question);
    } else listeners.get(data.standIn)?.(data);
  });
  // ui-elements.js, which follows this file in the same response, speaks through the same channel.
  window[Symbol.for('stand-in-admin')] = { send, on };

  const ADDED = ['shop', 'host', 'embedded', 'id_token', 'locale', 'session', 'timestamp', 'hmac'];
  const here = new URL(location.href);
  const meta = document.querySelector('meta[name="shopify-api-key"]');
  const remembered = JSON.parse(sessionStorage.getItem('stand-in-config') ?? '{}');
  const config = {
    apiKey: document.currentScript.dataset.apiKey ?? meta?.content ?? remembered.apiKey,
    shop: here.searchParams.get('shop') ?? remembered.shop,
    host: here.searchParams.get('host') ?? remembered.host,
    locale: here.searchParams.get('locale') ?? remembered.locale ?? 'en',
  };
  sessionStorage.setItem('stand-in-config', JSON.stringify(config));

  const lifeLeft = (token) => {
    const claims = JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));
    return claims.exp * 1000 - Date.now();
  };
  let token = here.searchParams.get('id_token');
  const idToken = async (fresh = false) => {
    if (fresh || token === null || lifeLeft(token) < 10_000) token = await ask('id-token');
    return token;
  };

  // The bounce page asks for the page it stands in for, with a new token.
  const reload = here.searchParams.get('shopify-reload');
  if (reload !== null) {
    void idToken(true).then((fresh) => {
      const target = new URL(reload, location.href);
      if (target.origin !== location.origin) return;
      target.searchParams.set('id_token', fresh);
      location.replace(target);
    });
  }

  const plainFetch = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).origin !== location.origin || request.headers.has('authorization')) {
      return plainFetch(request);
    }
    const signed = async (fresh) => {
      const copy = new Request(request.clone());
      copy.headers.set('authorization', `Bearer ${await idToken(fresh)}`);
      copy.headers.set('x-requested-with', 'XMLHttpRequest');
      return plainFetch(copy);
    };
    const response = await signed(false);
    return response.headers.has('x-shopify-retry-invalid-session-request') ? signed(true) : response;
  };

  const reportPage = () => {
    const page = new URL(location.href);
    for (const name of ADDED) page.searchParams.delete(name);
    send('page', { path: page.pathname + page.search });
  };
  for (const method of ['pushState', 'replaceState']) {
    const original = history[method].bind(history);
    history[method] = (...given) => {
      original(...given);
      reportPage();
    };
  }
  window.addEventListener('popstate', reportPage);
  if (reload === null) reportPage();

  /** The path in this shop's admin an address means, null when it leads elsewhere. */
  const adminPath = (address) => {
    const store = `https://admin.shopify.com/store/${(config.shop ?? '').replace('.myshopify.com', '')}`;
    if (address.startsWith('shopify://admin')) return address.slice('shopify://admin'.length);
    if (address === store || address.startsWith(`${store}/`)) return address.slice(store.length);
    return null;
  };
  const plainOpen = window.open.bind(window);
  window.open = (address = '', target, features) => {
    const path = adminPath(String(address));
    if (path === null) return plainOpen(address, target, features);
    send('open', { path, newTab: target === '_blank' });
    return null;
  };
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    const path = link && adminPath(link.getAttribute('href'));
    if (path === null || event.defaultPrevented) return;
    event.preventDefault();
    send('open', { path, newTab: link.target === '_blank' || event.ctrlKey || event.metaKey });
  });
  on('navigate', ({ href }) => {
    const link = [...document.querySelectorAll('ui-nav-menu a')].find((a) => a.getAttribute('href') === href);
    const target = link ?? Object.assign(document.createElement('a'), { href });
    if (!link) document.body.append(target);
    target.dispatchEvent(new CustomEvent('shopify:navigate', { bubbles: true, cancelable: true }));
    if (!link) target.remove();
  });

  let toasts = 0;
  const element = (kind) => (id) => {
    const found = document.getElementById(id);
    if (found?.localName !== kind) throw new Error(`there is no <${kind} id="${id}">`);
    return found;
  };
  const shownBy = (kind) => ({
    show: async (id) => element(kind)(id).show(),
    hide: async (id) => element(kind)(id).hide(),
    toggle: async (id) => element(kind)(id).toggle(),
  });
  window.shopify = {
    config,
    origin: location.origin,
    ready: Promise.resolve(),
    environment: { embedded: window.parent !== window, intent: false, mobile: false, pos: false },
    idToken: () => idToken(),
    loading: (busy = true) => send('loading', { busy: Boolean(busy) }),
    toast: {
      show: (message, options = {}) => {
        toasts += 1;
        send('toast', {
          id: toasts,
          message,
          isError: options.isError === true,
          ms: options.duration ?? 5000,
        });
        return String(toasts);
      },
      hide: (id) => send('toast-gone', { id: Number(id) }),
    },
    saveBar: {
      ...shownBy('ui-save-bar'),
      leaveConfirmation: async () => {
        const open = [...document.querySelectorAll('ui-save-bar')].some((bar) => bar.showing);
        if (open && !window.confirm('Leave without saving?')) throw new Error('the person stays');
      },
    },
    modal: shownBy('ui-modal'),
    scopes: { query: () => ask('scopes') },
    user: () => ask('user'),
  };
})();
