import type { PoolClient } from 'pg';
import { readInShop, sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import type { Cycle } from '#app/rfm/purchase-cycle.ts';
import type { RevenueAtRisk } from '#app/rfm/revenue-at-risk.ts';

/** Revenue at risk, who bought again within the cycle of all with a counted order, and what both were counted from. */
export type CountedRisk = RevenueAtRisk & {
  again: { customers: number; of: number };
  cycle: Cycle;
  /** The full run and the day whose scores it rests on. */
  runId: number;
  asOf: Day;
  /** When it was counted, epoch milliseconds. */
  at: number;
};

/** What was counted last, null before the first time. */
export async function readCountedRisk(shopId: number): Promise<CountedRisk | null> {
  const [row] = await readInShop<{ risk: CountedRisk | null }>(
    shopId,
    'select revenue_at_risk as risk from home where shop_id = $1',
  );
  return row?.risk ?? null;
}

/** Keeps what was counted. */
export async function keepCountedRisk(shopId: number, risk: Omit<CountedRisk, 'at'>): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `insert into home (shop_id, revenue_at_risk)
       values ($1, $2::jsonb || jsonb_build_object('at', (extract(epoch from clock_timestamp()) * 1000)::int8))
       on conflict (shop_id) do update set revenue_at_risk = excluded.revenue_at_risk`,
      [shopId, JSON.stringify(risk)],
    ),
  );
}

/** The valuable customers whose last counted order lies on one of the days, ends included, with that day. */
export async function valuableLastSeen(
  client: PoolClient,
  shopId: number,
  { from, to }: { from: Day; to: Day },
): Promise<Map<number, Day>> {
  const { rows } = await client.query<{ id: number; day: Day }>(
    `select customer_id as id, last_order_day as day from scores where shop_id = $1 and m >= 4
       and last_order_day between date '1970-01-01' + $2::int and date '1970-01-01' + $3::int`,
    [shopId, from, to],
  );
  return new Map(rows.map(({ id, day }) => [id, day]));
}
