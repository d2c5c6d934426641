import { escapeLiteral, type PoolClient } from 'pg';
import { directory, readInShop, sqlInShop } from '#app/db.server.ts';

/** A session as stored, with its shop's domain. Tokens are sealed; instants are epoch milliseconds. */
export type SessionRow = {
  id: string;
  shop: string;
  state: string;
  isOnline: boolean;
  scope: string | null;
  expires: number | null;
  accessToken: string | null;
  refreshToken: string | null;
  refreshTokenExpires: number | null;
  userId: number | null;
  accountOwner: boolean | null;
};

const SELECT = `select s.id, d.domain as shop, s.state, s.is_online as "isOnline", s.scope, s.expires,
    s.access_token as "accessToken", s.refresh_token as "refreshToken",
    s.refresh_token_expires as "refreshTokenExpires", s.user_id as "userId", s.account_owner as "accountOwner"
  from sessions s join shops d using (shop_id) where s.shop_id = $1`;

const WRITE = `insert into sessions (shop_id, id, state, is_online, scope, expires, access_token, refresh_token,
    refresh_token_expires, user_id, account_owner)
  values ($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1000), $7, $8, to_timestamp($9::float8 / 1000), $10, $11)
  on conflict (shop_id, id) do update set state = excluded.state, is_online = excluded.is_online,
    scope = excluded.scope, expires = excluded.expires, access_token = excluded.access_token,
    refresh_token = excluded.refresh_token, refresh_token_expires = excluded.refresh_token_expires,
    user_id = excluded.user_id, account_owner = excluded.account_owner`;

/** The last caller in this process for each session, so that a crowd waits here and not on connections. */
const queues = new Map<string, Promise<unknown>>();

/** Where sessions live. Every call names the shop, because rows belong to shops. */
export const sessionRows = {
  /** The session, or null when the shop or the session is unknown. */
  async read(shop: string, id: string): Promise<SessionRow | null> {
    return (await this.readSome(shop, [id]))[0] ?? null;
  },
  /** Those of the sessions that there are, in any order. */
  async readSome(shop: string, ids: readonly string[]): Promise<SessionRow[]> {
    const known = await directory.shopByDomain(shop);
    if (known === null) return [];
    return readInShop(known.id, `${SELECT} and s.id in (${ids.map(escapeLiteral).join()})`);
  },
  /** Inserts or replaces the row, whole and at once; a shop seen for the first time gets its own row too. */
  async write(session: SessionRow): Promise<void> {
    const { id: shopId } = await directory.addShop(session.shop);
    await sqlInShop(shopId, (client) => put(client, shopId, session));
  },
  async remove(shop: string, ids: string[]): Promise<void> {
    await rowsOf(shop, 'delete from sessions where shop_id = $1 and id = any($2)', [ids]);
  },
  /** Every session of the shop. */
  ofShop(shop: string): Promise<SessionRow[]> {
    return rowsOf(shop, `${SELECT} order by s.id`, []);
  },
  /**
   * Runs `work` while it alone, of all processes, holds the session; `save` replaces the row in the same
   * transaction. When `work` throws, nothing is saved. The others wait and then see what was saved.
   */
  async locked<T>(
    shop: string,
    id: string,
    work: (session: SessionRow | null, save: (session: SessionRow) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    const { id: shopId } = await directory.addShop(shop);
    return inTurn(`${shopId} ${id}`, () =>
      sqlInShop(shopId, async (client) => {
        // Also holds when there is no row yet, and a transaction pool keeps it.
        await client.query('select pg_advisory_xact_lock(hashtextextended($1, $2))', [id, shopId]);
        const { rows } = await client.query<SessionRow>(`${SELECT} and s.id = $2 for update of s`, [
          shopId,
          id,
        ]);
        return work(rows[0] ?? null, (session) => put(client, shopId, session));
      }),
    );
  },
};

async function rowsOf(shop: string, text: string, values: unknown[]): Promise<SessionRow[]> {
  const known = await directory.shopByDomain(shop);
  if (known === null) return [];
  return sqlInShop(known.id, async (client) => (await client.query(text, [known.id, ...values])).rows);
}

async function put(client: PoolClient, shopId: number, session: SessionRow): Promise<void> {
  const { id, state, isOnline, scope, expires, accessToken, refreshToken, refreshTokenExpires } = session;
  const tokens = [accessToken, refreshToken, refreshTokenExpires];
  const user = [session.userId, session.accountOwner];
  await client.query(WRITE, [shopId, id, state, isOnline, scope, expires, ...tokens, ...user]);
}

async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = queues.get(key) ?? Promise.resolve();
  const turn = before.then(work, work);
  const settled = turn.catch(() => undefined);
  queues.set(key, settled);
  try {
    return await turn;
  } finally {
    if (queues.get(key) === settled) queues.delete(key);
  }
}
