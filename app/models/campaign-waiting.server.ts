import { sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';
import { pageOf, parseCursor, type ListPage } from './list-pages.ts';

/** The parts of the queue: what waits, what was put off, and what of the first is the person's who looks. */
export const QUEUE_PARTS = ['to-do', 'later', 'mine'] as const;
export type QueuePart = (typeof QUEUE_PARTS)[number];

/** An offer that waits for staff, with the customer as scored. */
export type WaitingOffer = {
  customerId: number;
  entry: number;
  step: number;
  branch: number;
  arm: number;
  version: number;
  edited: { subject: string; body: string } | null;
  assignedTo: number | null;
  laterUntil: Day | null;
  /** the segment at the launch */
  stratum: string;
  segment: SegmentSlug | null;
  r: number;
  f: number;
  m: number;
  lastOrderDay: Day | null;
  frequency: number;
  /** minor units */
  monetary: number;
};

const PARTS: Readonly<Record<QueuePart, string>> = {
  'to-do': `o.state = 'review'`,
  later: `o.state = 'later'`,
  mine: `o.state = 'review' and o.assigned_to = $3`,
};

/** How many offers each part of a campaign's queue has. @param userId who looks */
export function queueCounts(
  shopId: number,
  campaignId: number,
  userId: number,
): Promise<Record<QueuePart, number>> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<Record<QueuePart, number>>(
      `select count(*) filter (where state = 'review') as "to-do", count(*) filter (where state = 'later') as later,
         count(*) filter (where state = 'review' and assigned_to = $3) as mine
       from offers where shop_id = $1 and campaign_id = $2 and state in ('review', 'later')`,
      [shopId, campaignId, userId],
    );
    return rows[0]!;
  });
}

/** One page of a campaign's queue: who spent most comes first. @param userId who looks */
export function waitingOffers(
  shopId: number,
  campaignId: number,
  userId: number,
  part: QueuePart,
  cursor: string | null,
  limit: number,
): Promise<ListPage<WaitingOffer>> {
  const from = parseCursor(cursor);
  const back = from?.direction === 'before';
  const direction = back ? 'asc' : 'desc';
  const beyond =
    from === null ? '' : `and (s.monetary, s.customer_id) ${back ? '>' : '<'} ($5::int8, $6::int8)`;
  const values = [
    shopId,
    campaignId,
    userId,
    limit + 1,
    ...(from === null ? [] : [from.value, from.customerId]),
  ];
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<WaitingOffer & { sorted: number }>(
      `select p.*, m.stratum from (
         select o.customer_id as "customerId", o.entry, o.step, o.branch, o.arm, o.version, o.edited,
           o.assigned_to as "assignedTo", o.later_until as "laterUntil", s.segment, s.r, s.f, s.m,
           s.last_order_day as "lastOrderDay", s.frequency, s.monetary, s.monetary as sorted
         from offers o join scores s on s.shop_id = $1 and s.customer_id = o.customer_id
         where o.shop_id = $1 and o.campaign_id = $2 and ${PARTS[part]} and $3::int8 is not null ${beyond}
         order by s.monetary ${direction}, s.customer_id ${direction} limit $4
       ) p join campaign_members m on m.shop_id = $1 and m.campaign_id = $2 and m.customer_id = p."customerId"
       order by p.sorted ${direction}, p."customerId" ${direction}`,
      values,
    );
    return pageOf(rows, limit, from);
  });
}
