import type { PoolClient } from 'pg';
import type { CountingRules } from '#app/rfm/order.ts';
import { countsSql } from './counted-sql.ts';
import { IN_ONE_PASS, OF_EVERYBODY } from './in-one-pass.ts';
import { ordersAmong } from './order-lists.server.ts';

/** By what the orders of a campaign are compared. */
export type ComparedBy = {
  campaignId: number;
  /** days from a member's first step through which orders are compared */
  observeDays: number;
  /** ISO 4217 */
  currency: string;
  rules: CountingRules;
};

/** With more members than this one pass over all orders is quicker than finding each one's. */
const FOUND_SINGLY = 5_000;

/**
 * Gathers the orders of a campaign's members, treated and held out alike, into the table `compared` of this transaction:
 * those that count, from the member's first step on for as many days as are compared, with what is known of what they
 * earned. Where
 * customers may take part again they are compared until the campaign ends, so that what is given then is measured. So
 * it costs what the campaign does, and of a large one a pass over the shop's orders.
 *
 * Orders that came to nothing, by a discount or by refunds, are among them whatever the merchant counts: what went out
 * in them has cost all the same. What is left of an order after refunds is its share of the total; goods, discount and
 * shipping given away go down by it. What the products cost is that of those that were kept.
 */
export async function gatherCompared(
  client: PoolClient,
  shopId: number,
  { campaignId, observeDays, currency, rules }: ComparedBy,
): Promise<void> {
  const { rows } = await client.query<{ ids: number[] }>(
    `select array(select customer_id from campaign_members where shop_id = $1 and campaign_id = $2
       order by customer_id limit ${FOUND_SINGLY + 1}) as ids`,
    [shopId, campaignId],
  );
  const { ids } = rows[0]!;
  const found = ids.length > FOUND_SINGLY ? '' : `and o.id = any(${ordersAmong(shopId, ids)})`;
  await client.query(`${OF_EVERYBODY}; ${IN_ONE_PASS}`);
  const number = (value: number): string => String(Number(value));
  await client.query(
    `create temp table compared on commit drop as
     select customer_id, held_out, id, processed_at, kept * total as revenue, coalesce(kept * discount, 0) as discount,
       kept * price as price, kept * (price + discount) as full_price, cost, null::float8 as profit, read,
       cost is not null as costed
     from (
       select m.customer_id, m.held_out, o.id, o.processed_at, o.total::float8 as total,
         case when o.total > 0 then (o.total - o.refunded)::float8 / o.total
           when o.cancelled_at is null then 1 else 0 end as kept,
         (e.goods - e.given_shipping)::float8 as price, e.discount::float8 as discount, e.cost::float8 as cost,
         coalesce(e.order_updated_at >= o.updated_at, false) as read
       from campaign_members m
         cross join (select max(c.ends_at) as until from campaigns c join campaign_versions v on v.shop_id = c.shop_id
           and v.campaign_id = c.id and v.version = c.version and v.plan #>> '{again,kind}' <> 'never'
           where c.shop_id = ${number(shopId)} and c.id = ${number(campaignId)}) a
         join orders o on o.shop_id = ${number(shopId)} and o.customer_id = m.customer_id
           and o.processed_at >= m.entered_at
           and o.processed_at < greatest(m.entered_at + interval '${number(observeDays)} days', a.until)
         left join order_earnings e on e.shop_id = ${number(shopId)} and e.order_id = o.id
       where m.shop_id = ${number(shopId)} and m.campaign_id = ${number(campaignId)} ${found}
         and ${comparedSql(currency, rules)}) t`,
  );
}

/** Which orders count here: those that count at all, were they to come to nothing, and those refunded in full. */
function comparedSql(currency: string, rules: CountingRules): string {
  const counts = (changes: Partial<CountingRules>): string =>
    countsSql('o', `'${currency.replace(/[^A-Z]/g, '')}'`, { ...rules, countZero: true, ...changes });
  return `(${counts({})} or o.financial_status = 'REFUNDED' and ${counts({ countUnpaid: true })})`;
}

/** Orders in `compared` of which what they earned was not read since they changed last, the oldest first. */
export async function earningsDue(client: PoolClient): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    'select id from compared where not read order by processed_at, id',
  );
  return rows.map(({ id }) => id);
}
