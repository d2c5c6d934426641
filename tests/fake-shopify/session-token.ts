import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

/** Claims of the token App Bridge hands an embedded app; times in epoch seconds. */
export type SessionClaims = {
  readonly iss: string;
  readonly dest: string;
  readonly aud: string;
  /** Id of the staff member. */
  readonly sub: string;
  readonly exp: number;
  readonly nbf: number;
  readonly iat: number;
  readonly jti: string;
  readonly sid: string;
};

export type TokenRequest = {
  readonly shop: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly userId: number;
  /** Epoch milliseconds it is made at; Date.now() unless told. */
  readonly at?: number;
};

/** Seconds a session token lives. */
const LIFE = 60;

/** A session token (id token) as the admin makes it: a JWT signed HS256 with the app's secret. */
export function signSessionToken({ shop, apiKey, apiSecret, userId, at = Date.now() }: TokenRequest): string {
  const iat = Math.floor(at / 1000);
  const claims: SessionClaims = {
    iss: `https://${shop}/admin`,
    dest: `https://${shop}`,
    aud: apiKey,
    sub: String(userId),
    exp: iat + LIFE,
    nbf: iat,
    iat,
    jti: randomUUID(),
    sid: randomUUID(),
  };
  const content = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${content}.${signature(content, apiSecret)}`;
}

/** The claims of a token that is whole, for this app and shop, and alive at `at`; otherwise null. */
export function readSessionToken(
  token: string,
  { shop, apiKey, apiSecret, at }: { shop: string; apiKey: string; apiSecret: string; at: number },
): SessionClaims | null {
  const [header, payload, signed] = token.split('.');
  if (header === undefined || payload === undefined || signed === undefined) return null;
  const expected = Buffer.from(signature(`${header}.${payload}`, apiSecret));
  const given = Buffer.from(signed);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return null;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as SessionClaims;
  const seconds = at / 1000;
  const alive = seconds < claims.exp && seconds >= claims.nbf - 5;
  return alive && claims.aud === apiKey && claims.dest === `https://${shop}` ? claims : null;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signature(content: string, secret: string): string {
  return createHmac('sha256', secret).update(content).digest('base64url');
}
