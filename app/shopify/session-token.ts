const SHOP_HOST = /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/;

/**
 * True when the request's session token names a shop it cannot be for: `dest` is no myshopify.com shop, or
 * `iss` is another one. The library verifies signature, audience and times, but accepts the second and
 * answers the first with an error of its own.
 */
export function namesAForeignShop(request: Request): boolean {
  const token =
    request.headers.get('authorization')?.replace(/^Bearer /, '') ??
    new URL(request.url).searchParams.get('id_token');
  const claims = token ? claimsOf(token) : null;
  // Not readable: the library refuses it.
  if (claims === null) return false;
  const dest = hostOf(claims.dest);
  return dest === null || !SHOP_HOST.test(dest) || hostOf(claims.iss) !== dest;
}

function claimsOf(token: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof parsed === 'object' ? (parsed as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

function hostOf(address: unknown): string | null {
  return typeof address === 'string' && URL.canParse(address) ? new URL(address).hostname : null;
}
