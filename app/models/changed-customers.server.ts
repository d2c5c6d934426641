import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';
import type { CustomerBatch } from '#app/rfm/batches.ts';
import { erasedCustomers } from './tombstones.server.ts';

/** Customers, each with the newest version that was told (epoch milliseconds), null when one was told without. */
export type ToldCustomers = Map<number, number | null>;

/**
 * Notes customers that Shopify says have changed, for reading them again (see pending). Who is stored as newer than
 * that was read since, and is passed over, as is who was erased.
 */
export async function noteChangedCustomers(
  client: PoolClient,
  shopId: number,
  told: Readonly<ToldCustomers>,
): Promise<void> {
  if (told.size === 0) return;
  const erased = await erasedCustomers(client, shopId);
  const noted = [...told].filter(([id]) => !erased.has(id));
  if (noted.length === 0) return;
  await client.query(
    `insert into pending (shop_id, kind, id, version)
     select $1, 'customer', t.id, to_timestamp(t.version / 1000)
     from unnest($2::int8[], $3::float8[]) t (id, version)
     where t.version is null or not exists (
       select from customers c where c.shop_id = $1 and c.id = t.id and c.updated_at > to_timestamp(t.version / 1000))
     order by t.id
     on conflict (shop_id, kind, id) do update set begun = false, version = case
       when pending.version is not null and excluded.version is not null
       then greatest(pending.version, excluded.version) end`,
    [shopId, noted.map(([id]) => id), noted.map(([, version]) => version)],
  );
}

/**
 * Begins up to `limit` customers, those with the oldest version first, those of one version by their ids. They stay
 * noted until `endPending` (models/pending), so that whoever comes after a crash begins them again. Here and below rows
 * are held in the order of ids, as whoever notes them does, so that neither waits for the other in a ring.
 */
export async function beginChangedCustomers(shopId: number, limit: number): Promise<ToldCustomers> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number; version: number | null }>(
      `with next as materialized (
         select id from pending where shop_id = $1 and kind = 'customer' order by version nulls first, id limit $2),
       held as materialized (
         select id from pending where shop_id = $1 and kind = 'customer' and id in (select id from next)
         order by id for update)
       update pending set begun = true where shop_id = $1 and kind = 'customer' and id in (select id from held)
       returning id, extract(epoch from version)::float8 * 1000 as version`,
      [shopId, limit],
    );
    return new Map(rows.map(({ id, version }) => [id, version]));
  });
}

/**
 * Forgets those of whom word is older than what is read now. Word of the same second may be of a later change: it is
 * forgotten only of those who were begun before they were read, and not noted again since.
 */
export async function endReadCustomers(
  shopId: number,
  { length, id, updatedAt }: CustomerBatch,
): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `with held as materialized (
         select p.id from pending p join unnest($2::int8[], $3::float8[]) r (id, read) using (id)
         where p.shop_id = $1 and p.kind = 'customer'
           and (p.version < to_timestamp(r.read / 1000) or p.version = to_timestamp(r.read / 1000) and p.begun)
         order by p.id for update of p)
       delete from pending where shop_id = $1 and kind = 'customer' and id in (select id from held)`,
      [shopId, [...id.subarray(0, length)], [...updatedAt.subarray(0, length)]],
    ),
  );
}
