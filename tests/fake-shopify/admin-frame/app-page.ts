import { html, type Html } from './html.ts';
import { signSessionToken, type TokenRequest } from '../session-token.ts';

/** Parameters of the admin, which adds most of them to an app's address; they are no part of the page it shows. */
const ADDED = new Set([
  'shop',
  'host',
  'embedded',
  'id_token',
  'locale',
  'session',
  'timestamp',
  'hmac',
  'staff',
]);

/** The address an app is opened at inside the admin: its own page, who asks, and in which language. */
export function embeddedAddress(
  appUrl: string,
  path: string,
  search: URLSearchParams,
  who: TokenRequest,
  locale = 'en',
): string {
  const address = new URL(path, appUrl);
  for (const [name, value] of search) if (!ADDED.has(name)) address.searchParams.append(name, value);
  address.searchParams.set('embedded', '1');
  address.searchParams.set('host', hostParameter(who.shop));
  address.searchParams.set('id_token', signSessionToken(who));
  address.searchParams.set('locale', locale);
  address.searchParams.set('shop', who.shop);
  return address.href;
}

/** The admin's address of a shop as the app gets it in `host`: base64 of admin.shopify.com/store/<name>. */
function hostParameter(domain: string): string {
  const name = domain.replace(/\.myshopify\.com$/, '');
  return Buffer.from(`admin.shopify.com/store/${name}`).toString('base64url');
}

/** The app in its frame, with the title bar, save bar and toasts around it that the app asks for. */
export function appPage(app: { name: string; base: string; tokenUrl: string; address: string }): Html {
  return html`<div class="app" data-app-base="${app.base}" data-token-url="${app.tokenUrl}">
    <div id="loading" class="loading" hidden></div>
    <div class="title-bar">
      <h1 id="title">${app.name}</h1>
      <div id="title-actions" class="actions"></div>
    </div>
    <iframe id="app" name="app-iframe" title="${app.name}" src="${app.address}"></iframe>
    <div id="save-bar" class="save-bar" role="region" aria-label="Unsaved changes" hidden>
      <strong>Unsaved changes</strong>
      <div id="save-actions" class="actions"></div>
    </div>
    <div id="toasts" class="toasts" role="status" aria-live="polite"></div>
  </div>`;
}

/** What the app asks for, and the button that grants it. */
export function installPage(app: { name: string; action: string; scopes: readonly string[] }): Html {
  return html`<h1>Install ${app.name}?</h1>
    <section class="card">
      <p>${app.name} asks this shop for:</p>
      <ul class="scopes">
        ${app.scopes.map((scope) => html`<li><code>${scope}</code></li>`)}
      </ul>
      <form method="post" action="${app.action}"><button class="primary">Install app</button></form>
    </section>`;
}
