import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isSignedByShopify } from '#app/shopify/webhook-signature.ts';

const BODY = Buffer.from('{"id":1,"name":"Größe"}');
const sign = (secret: string, body = BODY) => createHmac('sha256', secret).update(body).digest('base64');

describe('a webhook', () => {
  it.each(['current-secret', 'former-secret'])('T6: signed with the %s is believed', (secret) => {
    expect(isSignedByShopify(BODY, sign(secret), ['current-secret', 'former-secret'])).toBe(true);
  });

  it.each<[string, string | null, Buffer]>([
    ['without a signature', null, BODY],
    ['with an empty one', '', BODY],
    ['with one that is no base64', '%%%', BODY],
    ['with a short one', sign('current-secret').slice(0, 10), BODY],
    ['with a long one', `${sign('current-secret')}AAAA`, BODY],
    ['signed with another secret', sign('other-secret'), BODY],
    ['changed by one byte', sign('current-secret'), Buffer.from('{"id":2,"name":"Größe"}')],
  ])('C16: %s is refused, and nothing is thrown', (_, signature, body) => {
    expect(isSignedByShopify(body, signature, ['current-secret', 'former-secret'])).toBe(false);
  });
});
