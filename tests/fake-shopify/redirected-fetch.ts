/** Hosts of Shopify's that the stand-in answers for. */
const OURS = /(^|\.)myshopify\.com$|(^|\.)storage\.googleapis\.com$/;

/** A `fetch` that asks the stand-in at `standIn` what is meant for Shopify, naming the host in `x-fake-host`. */
export function fetchFrom(standIn: string): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!OURS.test(url.hostname)) return fetch(input, init);
    const target = new URL(url.pathname + url.search, standIn);
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    headers.set('x-fake-host', url.hostname);
    return fetch(input instanceof Request ? new Request(target, input) : target, { ...init, headers });
  };
}
