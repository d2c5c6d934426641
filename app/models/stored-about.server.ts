import type { PoolClient } from 'pg';
import { ordersAmong } from './order-lists.server.ts';

/** Rows of a table as they are stored, keyed by their columns; what tells nothing about the customer is left out. */
export type StoredRow = Record<string, unknown>;

/** $1 the shop, $2 the customer, $3 orders Shopify names, which may be a guest's by now, $4 orders to look among. */
const OURS = `(o.id = any($4::int8[]) and (o.customer_id = $2 or (o.customer_id is null and o.id = any($3::int8[]))))`;
const PARTS = {
  customer: `select id, created_at, updated_at, email_consent, sms_consent, company_ids, tags from customers
    where shop_id = $1 and id = $2`,
  scores: `select last_order_day, frequency, monetary, r, f, m, segment, previous_segment, since, unscored_reason,
      (select currency from score_runs where shop_id = $1 order by id desc limit 1) as currency
    from scores where shop_id = $1 and customer_id = $2`,
  population: `select population from customer_populations where shop_id = $1 and customer_id = $2`,
  segmentHistory: `select day, before, after, cause, score_before, score_after from segment_changes
    where shop_id = $1 and customer_id = $2 order by run_id`,
  care: `select assigned_to, assigned_by, later_until, later_by, contacted_on, contacted_by, note, note_by, note_at
    from customer_care where shop_id = $1 and customer_id = $2`,
  campaigns: `select c.name as campaign, m.stratum as segment_at_first, m.held_out, m.entered_at, m.entry, m.entry_at,
      m.last_order_day, m.state, m.reason, m.step, m.due_at, m.reached_at
    from campaign_members m join campaigns c on c.shop_id = $1 and c.id = m.campaign_id
    where m.shop_id = $1 and m.customer_id = $2 order by m.entered_at, c.id`,
  offers: `select c.name as campaign, o.entry, o.step, o.branch, o.arm, o.version, o.needs_code, o.state, o.reason, o.edited,
      o.code, o.ends_at, o.created_at, o.assigned_to, o.later_until, o.reviewed_by, o.reviewed_at, o.sent_at, o.given_at,
      o.withdraw_at, o.withdrawn_at, o.redeemed_at, o.redeemed_order, o.tagged, o.reckoned
    from offers o join campaigns c on c.shop_id = $1 and c.id = o.campaign_id
    where o.shop_id = $1 and o.customer_id = $2 order by o.created_at, c.id, o.step`,
  noMessages: `select reason, campaign_id, created_at from mail_suppressions where shop_id = $1 and customer_id = $2`,
  surveyAnswers: `select campaign_id, reason, words, answered_at from survey_answers
    where shop_id = $1 and customer_id = $2 order by answered_at`,
  shopifySegments: `select r.gid as segment, r.asked_at as read_at from shopify_segment_members m
      join shopify_segment_readings r on r.shop_id = $1 and r.id = m.reading_id
    where m.shop_id = $1 and m.customer_id = $2 order by r.id`,
  bought: `select order_days::text[], products, types, vendors, channels, first_source, last_source from bought
    where shop_id = $1 and customer_id = $2`,
  writtenToShopify: `select tags, segment, profile from written where shop_id = $1 and customer_id = $2`,
  writingHeld: `select held_by, since as held_at, asked from write_holds where shop_id = $1 and customer_id = $2`,
  writes: `select kind, value, before, state, error, updated_at from writes where shop_id = $1 and customer_id = $2 order by id`,
  orders: `select o.id, o.created_at, o.processed_at, o.updated_at, o.cancelled_at, o.test, o.financial_status, o.currency,
      o.total, o.refunded, d.source_name, d.attribution, d.first_source, d.last_source, d.company_id, d.discount_codes,
      e.goods, e.given_shipping, e.discount, e.cost
    from orders o left join order_details d on d.shop_id = $1 and d.order_id = o.id
      left join order_earnings e on e.shop_id = $1 and e.order_id = o.id
    where o.shop_id = $1 and ${OURS} order by o.processed_at, o.id`,
  refunds: `select r.order_id, r.id, r.created_at, r.amount from refunds r join orders o on o.id = r.order_id
    where r.shop_id = $1 and o.shop_id = $1 and ${OURS} order by r.created_at, r.id`,
  lineItems: `select l.order_id, l.id, l.product_id, p.title as product, l.quantity, l.amount
    from orders o join order_details d on d.shop_id = $1 and d.order_id = o.id
      join line_items i on i.shop_id = $1 and i.load = d.lines_load and i.order_ids @> array[o.id]
      cross join unnest(i.order_ids, i.ids, i.product_ids, i.quantities, i.amounts)
        l (order_id, id, product_id, quantity, amount)
      left join products p on p.shop_id = $1 and p.id = l.product_id
    where o.shop_id = $1 and ${OURS} and l.order_id = o.id order by l.order_id, l.id`,
  campaignOrders: `select w.order_id, w.found_at, w.looked_at, w.discounted, w.alarm
    from campaign_orders w join orders o on o.shop_id = $1 and o.id = w.order_id
    where w.shop_id = $1 and ${OURS} order by w.order_id`,
  unreadable: `select kind, reason, excerpt, seen_at from unread_objects
    where shop_id = $1 and ((kind = 'customers' and id = $2) or (kind = 'orders' and id = any($3::int8[])))`,
  namesShownAt: `select at, user_id, what from access_log where shop_id = $1 and $2 = any(customer_ids) order by id`,
} as const;

/** Everything that is stored about a customer, part by part. */
export type StoredAbout = Record<keyof typeof PARTS, StoredRow[]>;

/** Reads everything that is stored about a customer. Instants are epoch milliseconds, days as in rfm/calendar. */
export async function storedAbout(
  client: PoolClient,
  shopId: number,
  customerId: number,
  orderIds: readonly number[],
): Promise<StoredAbout> {
  const { rows } = await client.query<{ among: number[] }>(
    `select ${ordersAmong(shopId, [customerId])} || $1::int8[] as among`,
    [orderIds],
  );
  const among = rows[0]?.among ?? [];
  const found: Partial<StoredAbout> = {};
  for (const [part, statement] of Object.entries(PARTS)) {
    const last = ['$4', '$3', '$2'].find((value) => statement.includes(value)) ?? '$1';
    const values = [shopId, customerId, orderIds, among].slice(0, Number(last[1]));
    found[part as keyof StoredAbout] = (await client.query<StoredRow>(statement, values)).rows;
  }
  return found as StoredAbout;
}
