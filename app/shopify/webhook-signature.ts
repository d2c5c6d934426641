import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * True when `signature` is the base64 HMAC-SHA256 of the raw body under one of the secrets. While a client
 * secret is being rotated Shopify may sign with either. The comparison takes constant time.
 */
export function isSignedByShopify(body: Uint8Array, signature: string | null, secrets: string[]): boolean {
  const given = Buffer.from(signature ?? '');
  let genuine = false;
  for (const secret of secrets) {
    const expected = Buffer.from(createHmac('sha256', secret).update(body).digest('base64'));
    // Every secret is tried, so that the time does not tell which one matched.
    if (given.length === expected.length && timingSafeEqual(given, expected)) genuine = true;
  }
  return genuine;
}
