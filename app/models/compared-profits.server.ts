import type { PoolClient } from 'pg';
import { ENOUGH_COSTED, ENOUGH_READ } from '#app/campaigns/known-orders.ts';

/**
 * Says of each order in `compared` what it earned, in this transaction after gatherCompared: its price less what the
 * products cost. Where Shopify does not know that, they cost what the margin leaves of the price before discounts, so
 * that a discount is taken from the profit in full. Where the merchant said no margin it is that of the orders whose cost
 * is known, if those are nearly all of both groups. The few that could not be read earned as much of what was paid as all
 * others did; with more than a few of those on either side, nothing is said of profit at all.
 * @param margin share of the price left after product cost, 0 to 1; null = not said
 */
export async function reckonProfits(client: PoolClient, margin: number | null): Promise<void> {
  const { rows } = await client.query<{ read: boolean; costed: boolean; part: number | null }>(
    `select coalesce(bool_and(read >= ${ENOUGH_READ} * orders), true) as read,
       coalesce(bool_and(costed >= ${ENOUGH_COSTED} * orders), false) as costed, sum(cost) / nullif(sum(of), 0) as part
     from (select count(*) as orders, count(*) filter (where read) as read, count(cost) as costed, sum(cost) as cost,
         sum(full_price) filter (where cost is not null) as of
       from compared group by held_out) groups`,
  );
  const { read, costed, part } = rows[0]!;
  if (!read) return;
  const costs = margin === null ? (costed ? part : null) : 1 - margin;
  await client.query(
    'update compared set profit = floor(price - coalesce(cost, $1::float8 * full_price) + 0.5) where price is not null',
    [costs],
  );
  await client.query(
    `update compared set profit = floor(revenue * earned.part + 0.5)
     from (select coalesce(sum(profit) / nullif(sum(revenue), 0), 0) as part from compared where price is not null
       having bool_and(profit is not null)) earned
     where price is null`,
  );
}
