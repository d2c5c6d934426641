import type { ShopProgress } from '#app/progress.server.ts';
import { embeddedAddress } from './admin-frame/app-page.ts';
import { signSessionToken, type TokenRequest } from './session-token.ts';

/** The library answers 410 to anything that does not look like a person's browser. */
const BROWSER =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36';
const HOME_ROUTE = 'routes/app._index';

/** Somebody who uses the app without a browser, over the same requests a browser makes. */
export type Merchant = {
  /** Opens Home as the admin does; the first time installs the app. */
  open(): Promise<void>;
  progress(): Promise<ShopProgress>;
  /** Submits a form of Home. */
  submit(fields: Readonly<Record<string, string>>): Promise<void>;
  /** Submits a form of the page at `path`, and gives the answer of its route. */
  post(path: string, route: string, fields: Readonly<Record<string, string>>): Promise<unknown>;
};

/** @param who whose session tokens the requests carry */
export function merchant(appUrl: string, who: TokenRequest): Merchant {
  const ask = async (address: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(address, {
      redirect: 'manual',
      signal: AbortSignal.timeout(60_000),
      ...init,
    });
    if (response.status >= 300) {
      const text = (await response.text()).slice(0, 300);
      throw new Error(
        `the app answered ${response.status} to ${init.method ?? 'GET'} ${new URL(address).pathname}: ${text}`,
      );
    }
    return response;
  };
  const signed = () => ({ authorization: `Bearer ${signSessionToken(who)}`, 'user-agent': BROWSER });
  const post: Merchant['post'] = async (path, route, fields) => {
    const address = `${appUrl}${path}${path.includes('?') ? '&' : '?'}_data=${encodeURIComponent(route)}`;
    const answer = await ask(address, {
      method: 'POST',
      headers: signed(),
      body: new URLSearchParams(fields),
    });
    return JSON.parse((await answer.text()) || 'null') as unknown;
  };
  return {
    open: async () => {
      const address = embeddedAddress(appUrl, '/app', new URLSearchParams(), who);
      await (await ask(address, { headers: { 'user-agent': BROWSER, accept: 'text/html' } })).text();
    },
    progress: async () =>
      (await ask(`${appUrl}/app/progress`, { headers: signed() })).json() as Promise<ShopProgress>,
    submit: async (fields) => {
      await post('/app?index', HOME_ROUTE, fields);
    },
    post,
  };
}
