import { sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import type { OtherPopulation } from '#app/rfm/population.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';
import type { UnscoredReason } from '#app/rfm/unscored.ts';
import type { MemberRow } from './members.server.ts';

/** A customer's stored scores; r, f, m are 0 when unscored. */
export type CustomerScore = MemberRow & {
  previousSegment: SegmentSlug | null;
  since: Day;
  unscoredReason: UnscoredReason | null;
  /** whom the customer buys for, and where, null = as most do */
  population: OtherPopulation | null;
};

/** The scores of a customer, or null when the shop has no such customer with orders. */
export async function customerScore(shopId: number, customerId: number): Promise<CustomerScore | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<CustomerScore>(
      `select customer_id as "customerId", last_order_day as "lastOrderDay", frequency, monetary, r, f, m, segment,
         previous_segment as "previousSegment", since, unscored_reason as "unscoredReason",
         (select population from customer_populations where shop_id = $1 and customer_id = $2) as population
       from scores where shop_id = $1 and customer_id = $2`,
      [shopId, customerId],
    );
    return rows[0] ?? null;
  });
}
