import { createHmac, randomBytes, randomUUID } from 'node:crypto';

/** Seconds a session token lives. */
export const SESSION_TOKEN_LIFE = 60;

/** Who asks for a token, for which app, in which shop. */
export type SessionTokenFor = {
  readonly domain: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly userId: number;
};

/** A session token as App Bridge hands it out: a JWT signed HS256 with the app's secret. `now` in epoch ms. */
export function signSessionToken(who: SessionTokenFor, now: number): string {
  const issued = Math.floor(now / 1000);
  const claims = {
    iss: `https://${who.domain}/admin`,
    dest: `https://${who.domain}`,
    aud: who.apiKey,
    sub: String(who.userId),
    exp: issued + SESSION_TOKEN_LIFE,
    nbf: issued,
    iat: issued,
    jti: randomUUID(),
    sid: randomBytes(16).toString('hex'),
  };
  const signed = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${createHmac('sha256', who.apiSecret).update(signed).digest('base64url')}`;
}

/** The admin's address of a shop as the app gets it in `host`: base64 of admin.shopify.com/store/<name>. */
export function hostParameter(domain: string): string {
  return Buffer.from(`admin.shopify.com/store/${domain.replace(/\.myshopify\.com$/, '')}`).toString(
    'base64url',
  );
}
