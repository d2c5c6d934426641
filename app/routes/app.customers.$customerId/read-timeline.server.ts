import type { TimelineEntry } from '#app/components/timeline-card.tsx';
import type { ShopRow } from '#app/db.server.ts';
import {
  customerTimeline,
  TIMELINE_PARTS,
  type TimelineOrder,
  type TimelinePart,
} from '#app/models/customer-timeline.server.ts';
import type { ScoreRun } from '#app/models/scores.server.ts';
import type { Settings } from '#app/models/settings.server.ts';
import { dayIn } from '#app/rfm/calendar.ts';
import { leftOutReason, orderAmount, type LeftOutReason, type Order } from '#app/rfm/order.ts';
import { channelOf } from '#app/rfm/preferences.ts';

const PAGE = 20;

/** Why an order of a customer does not count in this run, null when it does. */
export function leftOutOf(
  order: Order,
  shop: ShopRow,
  run: ScoreRun,
  settings: Settings,
): LeftOutReason | 'outside-window' | null {
  const day = dayIn(shop.timeZone ?? 'UTC', order.processedAt);
  const windowBegins = settings.windowDays === null ? -Infinity : run.asOf - settings.windowDays + 1;
  const reason = leftOutReason(order, day, run.asOf, settings, run.currency, 0);
  return reason ?? (day < windowBegins ? 'outside-window' : null);
}

/** The page of a customer's timeline that an address asks for. */
export async function readTimeline(
  shop: ShopRow,
  run: ScoreRun,
  settings: Settings,
  customerId: number,
  search: URLSearchParams,
): Promise<{ entries: TimelineEntry[]; part: TimelinePart; next: string | null; front: boolean }> {
  const part = TIMELINE_PARTS.find((one) => one === search.get('show')) ?? 'all';
  const page = await customerTimeline(shop.id, customerId, part, search.get('before'), PAGE);
  const shown = ({ order, attribution, sourceName, ...entry }: TimelineOrder): TimelineEntry => ({
    ...entry,
    at: order.processedAt,
    amount: orderAmount(order, 0),
    currency: order.currency,
    leftOut: leftOutOf(order, shop, run, settings),
    channel: channelOf(attribution, sourceName),
    url: `shopify://admin/orders/${order.id}`,
  });
  const entries = page.entries.map((entry) => (entry.what === 'order' ? shown(entry) : entry));
  return { ...page, entries, part };
}
