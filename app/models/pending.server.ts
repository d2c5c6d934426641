import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';

/**
 * What is still to be done: 'score' or 'write' a customer, read a 'customer' again, read the 'details' of an order.
 * It is noted in the transaction that makes it necessary and taken in the one that does it, so nothing is forgotten.
 */
export type PendingKind = 'score' | 'write' | 'customer' | 'details';

// Each turn of following a shop asks these several times: by a name they are planned once a connection.
const ADD = `insert into pending (shop_id, kind, id, not_before)
  select $1, $2, id, date '1970-01-01' + $4::int from unnest($3::int8[]) id group by id order by id
  on conflict (shop_id, kind, id) do update set begun = false, not_before = case
    when pending.not_before is null or excluded.not_before is null then null
    else least(pending.not_before, excluded.not_before) end
    where pending.begun or pending.not_before > coalesce(excluded.not_before, '-infinity')`;
const TAKE = `delete from pending where shop_id = $1 and kind = $2 and id = any(array(
  select id from pending where shop_id = $1 and kind = $2
    and (not_before is null or not_before <= date '1970-01-01' + $4::int)
  order by id limit $3 for update skip locked)) returning id`;

/**
 * Notes what is to be done; what is noted already stays.
 * @param notBefore the day scores must be as of first, null = now
 */
export async function addPending(
  client: PoolClient,
  shopId: number,
  kind: PendingKind,
  ids: readonly number[],
  notBefore: Day | null = null,
): Promise<void> {
  if (ids.length === 0) return;
  // In the order of ids, so that two transactions never wait for each other.
  await client.query({ name: 'add-pending', text: ADD, values: [shopId, kind, ids, notBefore] });
}

/**
 * Takes up to `limit` things of a kind that may be done now, for the transaction that does them.
 * @param asOf the day scores are as of
 */
export async function takePending(
  client: PoolClient,
  shopId: number,
  kind: PendingKind,
  limit: number,
  asOf: Day | null = null,
): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>({
    name: 'take-pending',
    text: TAKE,
    values: [shopId, kind, limit, asOf],
  });
  return rows.map((row) => row.id);
}

/**
 * Begins up to `limit` things of a kind that take more than a transaction. They stay noted until `endPending`, so that
 * whoever comes after a crash begins them again.
 */
export async function beginPending(shopId: number, kind: PendingKind, limit: number): Promise<number[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `update pending set begun = true where shop_id = $1 and kind = $2 and id = any(array(
         select id from pending where shop_id = $1 and kind = $2 order by id limit $3)) returning id`,
      [shopId, kind, limit],
    );
    return rows.map((row) => row.id);
  });
}

/** Forgets things that were begun and are done, in the transaction that did them; what became necessary anew stays. */
export async function endPending(
  client: PoolClient,
  shopId: number,
  kind: PendingKind,
  ids: readonly number[],
): Promise<void> {
  await client.query('delete from pending where shop_id = $1 and kind = $2 and id = any($3) and begun', [
    shopId,
    kind,
    ids,
  ]);
}

/**
 * Begins everything of a kind that may be done now, before a look at everyone that makes it unnecessary. Apart from
 * that long transaction, which would otherwise hold up whoever notes something anew.
 */
export async function beginAllPending(
  shopId: number,
  kind: PendingKind,
  asOf: Day | null = null,
): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `update pending set begun = true where shop_id = $1 and kind = $2 and not begun
       and (not_before is null or not_before <= date '1970-01-01' + $3::int)`,
      [shopId, kind, asOf],
    ),
  );
}

/** Forgets what was begun, in the transaction that looked at everyone; what became necessary anew stays. */
export async function endAllPending(client: PoolClient, shopId: number, kind: PendingKind): Promise<void> {
  await client.query('delete from pending where shop_id = $1 and kind = $2 and begun', [shopId, kind]);
}

/**
 * Whether anything of a kind may be done now.
 * @param asOf the day scores are as of
 */
export async function anyPending(
  client: PoolClient,
  shopId: number,
  kind: PendingKind,
  asOf: Day,
): Promise<boolean> {
  const { rows } = await client.query(
    `select 1 from pending where shop_id = $1 and kind = $2
       and (not_before is null or not_before <= date '1970-01-01' + $3::int) limit 1`,
    [shopId, kind, asOf],
  );
  return rows.length > 0;
}

/** The kinds of which something may be done now. */
export async function pendingKinds(shopId: number): Promise<Set<PendingKind>> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ kind: PendingKind }>(
      `select kind from (values ('score'), ('write'), ('customer'), ('details')) k (kind) where exists (
         select from pending p where p.shop_id = $1 and p.kind = k.kind and p.not_before is null)`,
      [shopId],
    );
    return new Set(rows.map(({ kind }) => kind));
  });
}
