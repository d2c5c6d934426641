import { Session } from '@shopify/shopify-api';
import { now } from '#app/clock.server.ts';
import type { SessionStorage } from '@shopify/shopify-app-session-storage';
import type { Sealer } from './sealed-tokens.ts';
import { offlineSessionId, shopOfSession, type StoredSession, type TokenStore } from './tokens.ts';

/** An offline token that dies within this time brings its shop's people to a new exchange, as the library does it. */
const DYING_MS = 5 * 60_000;

/**
 * The library's session storage over our rows, tokens sealed. `beforeStore` runs before an offline session is
 * stored, with its shop and granted scopes: that is where the shop's own row comes from on install.
 *
 * Somebody's online session is given out only while the shop's offline token lives. Without one no work goes on, and
 * the library exchanges both only when it finds no session: so opening the app always brings a dead token back.
 */
export function sealedSessionStorage(deps: {
  store: TokenStore;
  sealer: Sealer;
  beforeStore: (shop: string, scopes: string[]) => Promise<void>;
}): SessionStorage {
  const { store, sealer } = deps;
  const remove = async (ids: string[]): Promise<boolean> => {
    const byShop = Map.groupBy(ids, shopOfSession);
    for (const [shop, own] of byShop) await store.remove(shop, own);
    return true;
  };
  return {
    async storeSession(session) {
      // A session whose token was taken away is stored too; that is no install.
      if (!session.isOnline && session.accessToken)
        await deps.beforeStore(session.shop, splitScopes(session.scope));
      await store.write(sealed(session, sealer));
      return true;
    },
    async loadSession(id) {
      const shop = shopOfSession(id);
      const offlineId = offlineSessionId(shop);
      const sessions = await store.readSome(shop, [...new Set([id, offlineId])]);
      const [stored, offline] = [id, offlineId].map((wanted) => sessions.find((one) => one.id === wanted));
      if (stored === undefined || (stored.isOnline && !lives(offline))) return undefined;
      return opened(stored, sealer);
    },
    deleteSession: (id) => remove([id]),
    deleteSessions: remove,
    async findSessionsByShop(shop) {
      return (await store.ofShop(shop)).map((stored) => opened(stored, sealer));
    },
  };
}

function lives(offline: StoredSession | undefined): boolean {
  if (offline === undefined || offline.accessToken === null) return false;
  return offline.expires === null || offline.expires - now() > DYING_MS;
}

/** The single scopes in Shopify's comma separated list. */
function splitScopes(scope: string | null | undefined): string[] {
  return (scope ?? '').split(',').filter((part) => part !== '');
}

function sealed(session: Session, sealer: Sealer): StoredSession {
  const seal = (token: string | undefined) => (token ? sealer.seal(token, session.id) : null);
  const user = session.onlineAccessInfo?.associated_user;
  return {
    id: session.id,
    shop: session.shop,
    state: session.state,
    isOnline: session.isOnline,
    scope: session.scope ?? null,
    expires: session.expires?.getTime() ?? null,
    accessToken: seal(session.accessToken),
    refreshToken: seal(session.refreshToken),
    refreshTokenExpires: session.refreshTokenExpires?.getTime() ?? null,
    userId: user?.id ?? null,
    accountOwner: user?.account_owner ?? null,
  };
}

function opened(stored: StoredSession, sealer: Sealer): Session {
  const { id, shop, state, isOnline } = stored;
  const open = (token: string) => sealer.open(token, id);
  return new Session({
    id,
    shop,
    state,
    isOnline,
    ...(stored.scope !== null && { scope: stored.scope }),
    ...(stored.expires !== null && { expires: new Date(stored.expires) }),
    ...(stored.accessToken !== null && { accessToken: open(stored.accessToken) }),
    ...(stored.refreshToken !== null && { refreshToken: open(stored.refreshToken) }),
    ...(stored.refreshTokenExpires !== null && { refreshTokenExpires: new Date(stored.refreshTokenExpires) }),
    ...(stored.userId !== null && { onlineAccessInfo: whose(stored.userId, stored.accountOwner === true) }),
  });
}

/** Who an online session is of, as far as it is stored: no name, e-mail or language. */
function whose(id: number, accountOwner: boolean): NonNullable<Session['onlineAccessInfo']> {
  const unknown = { first_name: '', last_name: '', email: '', email_verified: false, locale: '' };
  return {
    expires_in: 0,
    associated_user_scope: '',
    associated_user: { id, account_owner: accountOwner, collaborator: false, ...unknown },
  };
}
