import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { OWNER, type ShopOffice, type StaffMember } from '../shop-office.ts';
import { appPage, embeddedAddress, installPage } from './app-page.ts';
import { customerPage, customersPage, ordersPage } from './customer-pages.ts';
import { homePage } from './home-page.ts';
import { html, type Html } from './html.ts';
import { layout, type Surroundings } from './layout.ts';
import { signSessionToken } from '../session-token.ts';

export type AdminFrameOptions = {
  readonly apiKey: string;
  readonly apiSecret: string;
  /** Where the app runs. */
  readonly appUrl: string;
  readonly appName: string;
  /** The shop of a myshopify.com domain, null when there is none. */
  readonly office: (domain: string) => ShopOffice | null;
};

/** Files the pages and the app load, by path; some are several files in one. */
const FILES: Readonly<Record<string, { readonly type: string; readonly parts: readonly string[] }>> = {
  '/admin-frame/frame.css': { type: 'text/css', parts: ['frame.css', 'app-page.css'] },
  '/admin-frame/frame.js': { type: 'text/javascript', parts: ['frame.js'] },
  '/app-bridge/app-bridge.js': {
    type: 'text/javascript',
    parts: ['../app-bridge/app-bridge.js', '../app-bridge/ui-elements.js'],
  },
};

/** The pages around the app, to mount beside the stand-in's API: true when the request was answered. */
export function adminFramePages(options: AdminFrameOptions) {
  return async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> => {
    const file = FILES[url.pathname];
    if (file !== undefined) {
      const parts = await Promise.all(file.parts.map((part) => readFile(join(import.meta.dirname, part))));
      response.writeHead(200, { 'content-type': `${file.type}; charset=utf-8`, 'cache-control': 'no-store' });
      response.end(Buffer.concat(parts));
      return true;
    }
    const [, name, rest = ''] = /^\/store\/([a-z0-9-]+)(\/.*)?$/.exec(url.pathname) ?? [];
    const office = name === undefined ? null : options.office(`${name}.myshopify.com`);
    if (name === undefined || office === null) return false;
    const base = `/store/${name}`;
    const person = whoLooks(office, url, request.headers.cookie ?? '');
    // Whoever was chosen stays until somebody else is, and so does their language.
    const kept = { [STAFF]: person.id, [LOCALE]: person.locale };
    response.setHeader(
      'set-cookie',
      Object.entries(kept).map(([name, value]) => `${name}=${value}; Path=${base}; SameSite=Lax`),
    );
    const page = { options, office, person, base, rest, url, response };
    if (request.method === 'POST') answerPost(page);
    else answerGet(page);
    return true;
  };
}

/** The cookies and the search parameters (?staff=1002&locale=ko) that say who looks, and in which language. */
const [STAFF, LOCALE] = ['staff', 'locale'];

function whoLooks({ staff }: ShopOffice, url: URL, cookies: string): StaffMember {
  const chosen = (name: string): string | undefined =>
    url.searchParams.get(name) ?? new RegExp(`(?:^|; )${name}=([\\w-]+)`).exec(cookies)?.[1];
  const person = staff.find(({ id }) => String(id) === chosen(STAFF)) ?? staff[0] ?? OWNER;
  return { ...person, locale: chosen(LOCALE) ?? person.locale };
}

type Page = {
  readonly options: AdminFrameOptions;
  readonly office: ShopOffice;
  /** Who looks at it. */
  readonly person: StaffMember;
  readonly base: string;
  readonly rest: string;
  readonly url: URL;
  readonly response: ServerResponse;
};

function answerPost({ options, office, base, rest, response }: Page): void {
  if (rest === '/install') office.installed = true;
  else if (rest === '/uninstall') office.uninstall();
  const to = rest === '/install' ? `${base}/apps/${options.apiKey}` : base;
  response.writeHead(303, { location: to }).end();
}

function answerGet(page: Page): void {
  const { options, office, person, base, rest, url, response } = page;
  const { shop } = office;
  const { apiKey, apiSecret } = options;
  const who = { apiKey, apiSecret, shop: shop.domain, userId: person.id };
  if (rest === '/session') {
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    const { id, accountOwner, firstName, lastName } = person;
    const scopes = { granted: [...office.scopes], required: [...office.scopes], optional: [] };
    const user = { id, accountOwner, firstName, lastName };
    response.end(JSON.stringify({ token: signSessionToken(who), scopes, user }));
    return;
  }
  const [, path = ''] = /^\/apps\/[^/]+(\/.*)?$/.exec(rest) ?? [];
  if (rest.startsWith('/apps/')) {
    const app = { name: options.appName, base: `${base}/apps/${options.apiKey}` };
    const content = office.installed
      ? appPage({
          ...app,
          tokenUrl: `${base}/session`,
          address: embeddedAddress(options.appUrl, path || '/app', url.searchParams, who, person.locale),
        })
      : installPage({ ...app, action: `${base}/install`, scopes: [...office.scopes] });
    send(page, 200, 'app', options.appName, content);
    return;
  }
  const [, id] = /^\/customers\/(\d+)$/.exec(rest) ?? [];
  const customer = id === undefined ? undefined : shop.customers.get(Number(id));
  if (customer !== undefined) send(page, 200, 'customers', 'Customer', customerPage(shop, base, customer));
  else if (rest === '/customers')
    send(page, 200, 'customers', 'Customers', customersPage(shop, base, url.searchParams));
  else if (rest === '/orders') send(page, 200, 'orders', 'Orders', ordersPage(shop, base, url.searchParams));
  else if (rest === '' || rest === '/') send(page, 200, 'home', 'Home', homePage(office, base, options));
  else send(page, 404, 'home', 'Not found', html`<h1>Not found</h1>`);
}

function send(page: Page, status: number, here: Surroundings['here'], title: string, content: Html): void {
  const { options, office, person, base } = page;
  const around = {
    shopName: office.shop.name,
    staff: office.staff,
    person,
    appName: options.appName,
    base,
    appBase: `${base}/apps/${options.apiKey}`,
    here,
  };
  page.response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
  });
  page.response.end(layout(around, title, content));
}
