import { sqlInShop } from '#app/db.server.ts';
import type { Order } from '#app/rfm/order.ts';
import type { WriteKind } from '#app/rfm/write-plan.ts';
import { OFFERS_OF_CUSTOMER, type TimelineOffer } from './customer-offers.server.ts';
import { ordersAmong } from './order-lists.server.ts';

/** An order, as it stands in a customer's timeline. */
export type TimelineOrder = {
  what: 'order';
  place: string;
  order: Order;
  attribution: string | null;
  sourceName: string | null;
  company: boolean;
};

/** A write to a customer that was sent, or would have been. */
type TimelineWrite = {
  what: 'write';
  place: string;
  id: number;
  runId: number;
  kind: WriteKind;
  value: string;
  state: 'sent' | 'done' | 'failed' | 'kept';
  error: string | null;
  /** epoch milliseconds of the last change of `state` */
  at: number;
};

type TimelineEntry = TimelineOrder | TimelineWrite | TimelineOffer;

/** What a timeline tells of. */
export const TIMELINE_PARTS = ['all', 'orders', 'offers', 'written'] as const;
export type TimelinePart = (typeof TIMELINE_PARTS)[number];

/** Of things at the same microsecond the write comes first, then the offer. */
const RANKS = { order: 0, offer: 1, write: 2 } as const;
const FRONT = [String(Number.MAX_SAFE_INTEGER), '9', '0'] as const;
const micros = (instant: string): string => `(extract(epoch from ${instant}) * 1000000)::int8`;
const placed = (instant: string, rank: number, id: string): string =>
  `(${micros(instant)}, ${rank}, ${id}) < ($3, $4, $5)`;

type Placed<Entry> = Omit<Entry, 'place'> & { micros: number; rank: number; sortId: number };

/**
 * A page of a customer's orders, of what campaigns offered it, and of all the app wrote for it, newest first.
 * @param before the place after which it goes on, as an earlier page told; anything else is the front
 * @returns the entries, and where to go on; null at the end
 */
export async function customerTimeline(
  shopId: number,
  customerId: number,
  part: TimelinePart,
  before: string | null,
  limit: number,
): Promise<{ entries: TimelineEntry[]; next: string | null; front: boolean }> {
  const cursor = /^(\d{1,16})_([012])_(\d{1,16})$/.exec(before ?? '')?.slice(1);
  const values = [shopId, customerId, ...(cursor ?? FRONT), limit + 1];
  return sqlInShop(shopId, async (client) => {
    type OrderRow = Order &
      Pick<TimelineOrder, 'attribution' | 'sourceName' | 'company'> & { micros: number };
    const orders =
      part !== 'all' && part !== 'orders'
        ? []
        : (
            await client.query<OrderRow>(
              `select o.*, d.attribution, d.source_name as "sourceName", coalesce(d.company_id, 0) <> 0 as company
               from (select id, customer_id as "customerId", created_at as "createdAt", processed_at as "processedAt",
                   updated_at as "updatedAt", cancelled_at as "cancelledAt", test,
                   financial_status as "financialStatus", currency, total, refunded, ${micros('processed_at')} as micros
                 from orders where shop_id = $1 and id = any(${ordersAmong(shopId, [customerId])})
                   and customer_id = $2 and ${placed('processed_at', RANKS.order, 'id')}
                 order by processed_at desc, id desc limit $6) o
               left join order_details d on d.shop_id = $1 and d.order_id = o.id`,
              values,
            )
          ).rows;
    const writes =
      part !== 'all' && part !== 'written'
        ? []
        : (
            await client.query<Omit<TimelineWrite, 'what' | 'place'> & { micros: number }>(
              `select id, run_id as "runId", kind, value, state, error, updated_at as at, ${micros('updated_at')} as micros
               from writes where shop_id = $1 and customer_id = $2 and state <> 'planned'
                 and ${placed('updated_at', RANKS.write, 'id')}
               order by updated_at desc, id desc limit $6`,
              values,
            )
          ).rows;
    const offers =
      part !== 'all' && part !== 'offers'
        ? []
        : (
            await client.query<Omit<TimelineOffer, 'what' | 'place'> & { id: number; micros: number }>(
              `select f.*, ${micros('f.at')} as micros from (${OFFERS_OF_CUSTOMER}) f
               where ${placed('f.at', RANKS.offer, 'f.id')} order by f.at desc, f.id desc limit $6`,
              values,
            )
          ).rows;
    const all = [
      ...orders.map(({ attribution, sourceName, company, micros: at, ...order }) => {
        const entry = { what: 'order' as const, order, attribution, sourceName, company };
        return { ...entry, micros: at, rank: RANKS.order, sortId: order.id };
      }),
      ...writes.map(({ micros: at, ...write }) => {
        return { what: 'write' as const, ...write, micros: at, rank: RANKS.write, sortId: write.id };
      }),
      ...offers.map(({ micros: at, id, ...offer }) => {
        return { what: 'offer' as const, ...offer, micros: at, rank: RANKS.offer, sortId: id };
      }),
    ].sort((a, b) => b.micros - a.micros || b.rank - a.rank || b.sortId - a.sortId);
    const entries = all.slice(0, limit).map(withPlace);
    return {
      entries,
      next: all.length > limit ? (entries.at(-1)?.place ?? null) : null,
      front: cursor === undefined,
    };
  });
}

function withPlace(
  entry: Placed<TimelineOrder> | Placed<TimelineWrite> | Placed<TimelineOffer>,
): TimelineEntry {
  const { micros: at, rank, sortId, ...rest } = entry;
  return { ...rest, place: `${at}_${rank}_${sortId}` } as TimelineEntry;
}
