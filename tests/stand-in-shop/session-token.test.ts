import '@shopify/shopify-app-remix/adapters/node';
import { ApiVersion, shopifyApi } from '@shopify/shopify-api';
import { describe, expect, it } from 'vitest';
import { embeddedAddress } from '#tests/fake-shopify/admin-frame/app-page.ts';
import { signSessionToken } from '#tests/fake-shopify/session-token.ts';

const who = { shop: 'made.myshopify.com', apiKey: 'key', apiSecret: 'a secret of the app', userId: 1001 };
const library = (apiKey: string, apiSecretKey: string) =>
  shopifyApi({
    apiKey,
    apiSecretKey,
    apiVersion: ApiVersion.October26,
    hostName: 'app.example',
    isEmbeddedApp: true,
  });
const ours = library(who.apiKey, who.apiSecret);

describe('the session token of the admin', () => {
  it("is one that Shopify's own library accepts, for a minute", async () => {
    const claims = await ours.session.decodeSessionToken(signSessionToken(who));
    expect(claims).toMatchObject({
      iss: 'https://made.myshopify.com/admin',
      dest: 'https://made.myshopify.com',
      aud: 'key',
      sub: '1001',
    });
    expect(claims.exp - claims.iat).toBe(60);
  });

  it.each([
    ['another secret', () => library(who.apiKey, 'another secret'), who],
    ['another app', () => library('other', who.apiSecret), who],
    ['a minute and more ago', () => ours, { ...who, at: Date.now() - 90_000 }],
  ])('is refused there with %s', async (_, reader, request) => {
    await expect(reader().session.decodeSessionToken(signSessionToken(request))).rejects.toThrow();
  });

  it('comes with an address whose shop and host the library takes for real, keeping the page and its search', () => {
    const search = new URLSearchParams('sort=money&shop=evil.example&id_token=old');
    const address = new URL(embeddedAddress('http://127.0.0.1:3000', '/app/grid', search, who));
    const { pathname, searchParams } = address;
    expect([pathname, searchParams.get('sort'), searchParams.getAll('shop')]).toEqual([
      '/app/grid',
      'money',
      [who.shop],
    ]);
    expect(ours.utils.sanitizeHost(searchParams.get('host') ?? '')).not.toBeNull();
    expect(ours.utils.sanitizeShop(searchParams.get('shop') ?? '')).toBe(who.shop);
    expect(searchParams.getAll('id_token')).toHaveLength(1);
  });
});
