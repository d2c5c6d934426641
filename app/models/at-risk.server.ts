import { sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import type { Order } from '#app/rfm/order.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';
import { CARE, type CustomerCare } from './customer-care.server.ts';
import { pageOf, parseCursor, type ListPage } from './list-pages.ts';
import { ordersAmong } from './order-lists.server.ts';

/** A customer on the list. */
export type AtRiskRow = CustomerCare & {
  customerId: number;
  segment: SegmentSlug;
  lastOrderDay: Day;
  frequency: number;
  /** minor units */
  monetary: number;
  /** CustomerEmailAddressMarketingState, null without an e-mail address */
  emailConsent: string | null;
  /** CustomerSmsMarketingState, null without a phone number */
  smsConsent: string | null;
  /** Whether the customer was read already: before, nothing is known of consent. */
  consentKnown: boolean;
};

/** The question as a row, SQL: today and who looks. */
const ASKED = `(select date '1970-01-01' + $3::int4 as today, $4::int8 as who) q`;
const PUT_OFF = 'w.later_until > q.today';
const MINE = `w.assigned_to = q.who and (${PUT_OFF}) is not true`;
const noted = (what: string): string =>
  `exists (select from customer_care w where w.shop_id = $1 and w.customer_id = s.customer_id and ${what})`;
/** The parts of the list: what is to do, what was put off, and what of the first is the person's who looks. */
const PARTS = {
  'to-do': `not ${noted(PUT_OFF)}`,
  later: noted(PUT_OFF),
  mine: noted(MINE),
} as const;

type AtRiskPart = keyof typeof PARTS;

/** Which customers are asked for: of some segments, as of `today`, as `userId` sees them. */
type AtRiskQuestion = { segments: readonly SegmentSlug[]; part: AtRiskPart; today: Day; userId: number };

/**
 * One page of the list, highest money first, and how many customers were put off and are this person's. How many there
 * are in all is in the summary of the latest run.
 */
export function atRiskPage(
  shopId: number,
  { segments, part, today, userId }: AtRiskQuestion,
  cursor: string | null,
  limit: number,
): Promise<ListPage<AtRiskRow> & { counts: Record<'later' | 'mine', number> }> {
  const from = parseCursor(cursor);
  const back = from?.direction === 'before';
  const direction = back ? 'asc' : 'desc';
  const values: unknown[] = [shopId, segments, today, userId];
  const beyond = from === null ? '' : `and (s.monetary, s.customer_id) ${back ? '>' : '<'} ($6, $7)`;
  const place = from === null ? [] : [from.value, from.customerId];
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<AtRiskRow & { sorted: number }>(
      `select p.*, c.email_consent as "emailConsent", c.sms_consent as "smsConsent",
         c.id is not null as "consentKnown", ${CARE}
       from (
         select s.customer_id as "customerId", s.segment, s.last_order_day as "lastOrderDay", s.frequency, s.monetary,
           s.monetary as sorted
         from scores s cross join ${ASKED}
         where s.shop_id = $1 and s.segment = any($2) and ${PARTS[part]} ${beyond}
         order by s.monetary ${direction}, s.customer_id ${direction} limit $5
       ) p left join customers c on c.shop_id = $1 and c.id = p."customerId"
       left join customer_care w on w.shop_id = $1 and w.customer_id = p."customerId"
       order by p.sorted ${direction}, p."customerId" ${direction}`,
      [...values, limit + 1, ...place],
    );
    const counts = await client.query<{ later: number; mine: number }>(
      `select count(*) filter (where ${PUT_OFF}) as later, count(*) filter (where ${MINE}) as mine
       from ${ASKED} join customer_care w on w.shop_id = $1 and (${PUT_OFF} or w.assigned_to = q.who)
       join scores s on s.shop_id = $1 and s.customer_id = w.customer_id and s.segment = any($2)`,
      values,
    );
    return { ...pageOf(rows, limit, from), counts: counts.rows[0]! };
  });
}

/** Every order of these customers. */
export async function ordersOfCustomers(shopId: number, customerIds: readonly number[]): Promise<Order[]> {
  if (customerIds.length === 0) return [];
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<Order>(
      `select id, customer_id as "customerId", created_at as "createdAt", processed_at as "processedAt",
         updated_at as "updatedAt", cancelled_at as "cancelledAt", test, financial_status as "financialStatus",
         currency, total, refunded
       from orders where shop_id = $1 and id = any(${ordersAmong(shopId, customerIds)}) and customer_id = any($2)`,
      [shopId, customerIds],
    );
    return rows;
  });
}
