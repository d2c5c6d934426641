import { sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import type { Order } from '#app/rfm/order.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';
import type { UnscoredReason } from '#app/rfm/unscored.ts';
import type { MemberRow } from './members.server.ts';
import { ordersAmong } from './order-lists.server.ts';

/** A customer's stored scores; r, f, m are 0 when unscored. */
export type CustomerScore = MemberRow & {
  previousSegment: SegmentSlug | null;
  since: Day;
  unscoredReason: UnscoredReason | null;
};

/** The scores of a customer, or null when the shop has no such customer with orders. */
export async function customerScore(shopId: number, customerId: number): Promise<CustomerScore | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<CustomerScore>(
      `select customer_id as "customerId", last_order_day as "lastOrderDay", frequency, monetary, r, f, m, segment,
         previous_segment as "previousSegment", since, unscored_reason as "unscoredReason"
       from scores where shop_id = $1 and customer_id = $2`,
      [shopId, customerId],
    );
    return rows[0] ?? null;
  });
}

/** The newest orders of a customer, by processedAt. */
export async function customerOrders(shopId: number, customerId: number, limit: number): Promise<Order[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<Order>(
      `select id, customer_id as "customerId", created_at as "createdAt", processed_at as "processedAt",
         updated_at as "updatedAt", cancelled_at as "cancelledAt", test, financial_status as "financialStatus",
         currency, total, refunded
       from orders where shop_id = $1 and id = any(${ordersAmong(shopId, [customerId])}) and customer_id = $2
       order by processed_at desc, id desc limit $3`,
      [shopId, customerId, limit],
    );
    return rows;
  });
}
