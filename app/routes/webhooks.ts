import type { ActionFunctionArgs } from '@remix-run/node';
import { env } from '#app/env.server.ts';
import { noteUninstall } from '#app/uninstall.server.ts';
import { isSignedByShopify } from '#app/shopify/webhook-signature.ts';

/** The largest body read; Shopify's own are far smaller. */
const LARGEST_BODY = 10 * 1024 * 1024;

/** Webhooks are posted; asking for the address answers 405. */
export function loader() {
  return new Response(null, { status: 405, headers: { Allow: 'POST' } });
}

/**
 * Shopify's webhooks: the raw body's signature is checked before anything is read from it. No session is
 * loaded, because after an uninstall the token is dead.
 */
export async function action({ request }: ActionFunctionArgs) {
  if (request.method !== 'POST') return loader();
  const body = await readAtMost(request, LARGEST_BODY);
  if (body === null) return new Response(null, { status: 413 });
  const secrets = [env.SHOPIFY_API_SECRET, env.SHOPIFY_API_SECRET_PREVIOUS].filter((s) => s !== undefined);
  if (!isSignedByShopify(body, request.headers.get('x-shopify-hmac-sha256'), secrets)) {
    return new Response(null, { status: 401 });
  }
  if (request.headers.get('x-shopify-topic') === 'app/uninstalled') {
    await noteUninstall(
      request.headers.get('x-shopify-shop-domain') ?? '',
      Date.parse(request.headers.get('x-shopify-triggered-at') ?? ''),
    );
  }
  return new Response(null, { status: 200 });
}

async function readAtMost(request: Request, limit: number): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const stream = request.body as AsyncIterable<Uint8Array> | null;
  for await (const part of stream ?? []) {
    size += part.byteLength;
    if (size > limit) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
