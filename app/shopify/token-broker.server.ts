import { abstractFetch } from '@shopify/shopify-api/runtime';
import { now } from '#app/clock.server.ts';
import { Unavailable, Uninstalled } from './errors.ts';
import type { Sealer } from './sealed-tokens.ts';
import { offlineSessionId, type StoredSession, type TokenStore } from './tokens.ts';

/** A token that dies within this time is renewed before it is used; the library uses the same five minutes. */
const RENEW_WITHIN_MS = 5 * 60_000;
/** The longest one refresh may hold the row. */
const REFRESH_TIMEOUT_MS = 15_000;

export interface TokenBroker {
  /** A token that lives for at least five more minutes. @throws Uninstalled, Unavailable */
  accessToken(shop: string): Promise<string>;
  /** A token other than `refused`, which Shopify answered with 401. @throws Uninstalled, Unavailable */
  renewed(shop: string, refused: string): Promise<string>;
}

/**
 * Hands out the offline access token of a shop and renews it: one refresh for any number of callers and
 * processes, the new pair stored whole before anyone uses it. A crash between the refresh and the store
 * leaves the old refresh token, which Shopify honours until the new one is used.
 */
export function tokenBroker(deps: {
  store: TokenStore;
  sealer: Sealer;
  apiKey: string;
  apiSecret: string;
}): TokenBroker {
  const { store, sealer } = deps;
  const opened = (session: StoredSession): string | null =>
    session.accessToken === null ? null : sealer.open(session.accessToken, session.id);
  const usable = (session: StoredSession): string | null =>
    session.expires !== null && session.expires - now() < RENEW_WITHIN_MS ? null : opened(session);

  async function renewUnderLock(
    shop: string,
    good: (session: StoredSession) => string | null,
  ): Promise<string> {
    const outcome = await store.locked(shop, offlineSessionId(shop), async (session, save) => {
      if (session === null) throw new Uninstalled('reconnect', 'no token is stored');
      const token = good(session);
      if (token !== null) return token;
      try {
        const next = await refresh(session, deps);
        await save(next.session);
        return next.token;
      } catch (error) {
        if (!(error instanceof Uninstalled)) throw error;
        // Without a token the next page load exchanges a new one instead of trusting the dead one.
        await save({ ...session, accessToken: null, refreshToken: null });
        return error;
      }
    });
    if (outcome instanceof Uninstalled) throw outcome;
    return outcome;
  }

  return {
    async accessToken(shop) {
      const session = await store.read(shop, offlineSessionId(shop));
      return (session && usable(session)) ?? renewUnderLock(shop, usable);
    },
    renewed(shop, refused) {
      return renewUnderLock(shop, (session) => {
        const token = usable(session);
        return token === refused ? null : token;
      });
    },
  };
}

// Whether the refresh token still lives is Shopify's to say: believing a clock that jumped would throw away the pair.
async function refresh(
  session: StoredSession,
  deps: { sealer: Sealer; apiKey: string; apiSecret: string },
): Promise<{ session: StoredSession; token: string }> {
  if (session.refreshToken === null) throw new Uninstalled('reconnect', 'the token cannot be renewed');
  const answer = await ask(session.shop, {
    client_id: deps.apiKey,
    client_secret: deps.apiSecret,
    grant_type: 'refresh_token',
    refresh_token: deps.sealer.open(session.refreshToken, session.id),
  });
  const {
    access_token: access,
    refresh_token: next,
    expires_in: life,
    refresh_token_expires_in: nextLife,
  } = answer;
  if (typeof access !== 'string' || typeof next !== 'string' || typeof life !== 'number' || !(life > 0)) {
    // Storing this would leave a token that nobody could ever renew: keep the old pair and say so.
    throw new Unavailable(
      'The answer to a token refresh lacks a token or its expiry; the old pair is kept',
      false,
    );
  }
  return {
    token: access,
    session: {
      ...session,
      scope: typeof answer.scope === 'string' ? answer.scope : session.scope,
      accessToken: deps.sealer.seal(access, session.id),
      expires: now() + life * 1000,
      refreshToken: deps.sealer.seal(next, session.id),
      refreshTokenExpires: typeof nextLife === 'number' ? now() + nextLife * 1000 : null,
    },
  };
}

async function ask(shop: string, body: Record<string, string>): Promise<Record<string, unknown>> {
  let response: Response;
  let text: string;
  try {
    response = await abstractFetch(`https://${shop}/admin/oauth/access_token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(REFRESH_TIMEOUT_MS),
    });
    text = await response.text();
  } catch (cause) {
    throw new Unavailable('No answer to a token refresh', false, cause);
  }
  if (response.status === 402) throw new Uninstalled('payment');
  if (response.status === 423) throw new Uninstalled('locked');
  if (response.status === 403) throw new Uninstalled('forbidden');
  if (response.status === 401 || response.status === 404) throw new Uninstalled('revoked');
  if (response.status === 400 && text.includes('application_cannot_be_found'))
    throw new Uninstalled('revoked');
  if (response.status === 400 && text.includes('invalid_grant')) throw new Uninstalled('reconnect');
  // Any other refusal, such as invalid_client, is ours to repair: the pair is kept.
  if (response.status !== 200)
    throw new Unavailable(`A token refresh was answered with ${response.status}`, false);
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch (cause) {
    throw new Unavailable('A token refresh was answered with something other than JSON', false, cause);
  }
}
