/** A session as it is stored. Tokens are sealed (sealed-tokens.ts); instants are epoch milliseconds. */
export type StoredSession = {
  id: string;
  /** myshopify.com domain */
  shop: string;
  state: string;
  isOnline: boolean;
  /** granted scopes, comma separated */
  scope: string | null;
  expires: number | null;
  accessToken: string | null;
  refreshToken: string | null;
  refreshTokenExpires: number | null;
  /** Shopify's numeric staff user id of an online session */
  userId: number | null;
  accountOwner: boolean | null;
};

/**
 * Where sessions live; models/sessions.server.ts is the implementation. Every call names the shop, because
 * rows belong to shops. A shop without a row has no sessions; only `write` expects that the shop exists.
 */
export interface TokenStore {
  read(shop: string, id: string): Promise<StoredSession | null>;
  /** Those of the sessions that there are, in any order. */
  readSome(shop: string, ids: readonly string[]): Promise<StoredSession[]>;
  /** Inserts or replaces the row, whole and at once. */
  write(session: StoredSession): Promise<void>;
  remove(shop: string, ids: string[]): Promise<void>;
  ofShop(shop: string): Promise<StoredSession[]>;
  /**
   * Runs `work` while this transaction alone holds the row (SELECT … FOR UPDATE); `save` replaces the row in
   * the same transaction. When `work` throws, nothing is saved. Other callers wait for the lock and then see
   * what was saved.
   */
  locked<T>(
    shop: string,
    id: string,
    work: (session: StoredSession | null, save: (session: StoredSession) => Promise<void>) => Promise<T>,
  ): Promise<T>;
}

/** The library's id of a shop's offline session. */
export function offlineSessionId(shop: string): string {
  return `offline_${shop}`;
}

/** The shop a session id of the library belongs to: `offline_<shop>` or `<shop>_<user id>`. */
export function shopOfSession(id: string): string {
  return id.replace(/^offline_/, '').replace(/_\d+$/, '');
}
