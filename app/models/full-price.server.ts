import type { PoolClient } from 'pg';
import { waitsForCodes, type PaidInFull } from '#app/campaigns/full-price.ts';
import { sqlInShop } from '#app/db.server.ts';
import type { CountingRules } from '#app/rfm/order.ts';
import { countsSql } from './counted-sql.ts';
import type { MemberQuery } from './members.server.ts';
import { ordersAmong } from './order-lists.server.ts';

/** By which orders it is told. */
type Counted = { currency: string; rules: CountingRules };

/** How one customer pays; null while it is not known of any order whether it had a code. */
export async function paidInFull(shopId: number, id: number, counted: Counted): Promise<PaidInFull | null> {
  const [found] = await sqlInShop(shopId, (client) => paidBy(client, shopId, [id], counted));
  return found ?? null;
}

/** Of so many customers of an audience it is looked up how they pay. */
const LOOKED_AT = 600;

/** How many of an audience's customers were looked at, the same ones each time, and how many of them wait for codes. */
export type WaitingForCodes = { looked: number; waiting: number };

/** @param audience tables with scores s, condition and parameters, $1 the shop */
export async function waitingForCodes(
  client: PoolClient,
  shopId: number,
  audience: MemberQuery,
  counted: Counted,
): Promise<WaitingForCodes> {
  const { rows } = await client.query<{ id: number }>(
    `select s.customer_id as id from ${audience.from} where ${audience.where}
     order by hashint8(s.customer_id), s.customer_id limit ${LOOKED_AT}`,
    audience.values,
  );
  if (rows.length === 0) return { looked: 0, waiting: 0 };
  const ids = rows.map(({ id }) => id);
  const paid = await paidBy(client, shopId, ids, counted);
  return { looked: ids.length, waiting: paid.filter(waitsForCodes).length };
}

/** How each of some customers pays of whom it is known: an order of which no details are stored is left out. */
async function paidBy(
  client: PoolClient,
  shopId: number,
  ids: readonly number[],
  { currency, rules }: Counted,
): Promise<PaidInFull[]> {
  const { rows } = await client.query<PaidInFull>(
    `select count(*) as orders, count(*) filter (where d.discount_codes = '{}') as "fullPrice"
     from orders o join order_details d on d.shop_id = $1 and d.order_id = o.id
     where o.shop_id = $1 and o.id = any(${ordersAmong(shopId, ids)}) and o.customer_id = any($2)
       and ${countsSql('o', '$3', rules)}
     group by o.customer_id`,
    [shopId, ids, currency],
  );
  return rows;
}
