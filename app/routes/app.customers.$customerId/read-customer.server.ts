import { today } from '#app/clock.server.ts';
import type { CustomerOrder } from '#app/components/order-list.tsx';
import type { ShopRow } from '#app/db.server.ts';
import { customerCare } from '#app/models/customer-care.server.ts';
import { customerOrders, customerScore } from '#app/models/customer-standing.server.ts';
import { latestRun, type ScoreRun } from '#app/models/scores.server.ts';
import { segmentHistory } from '#app/models/segment-changes.server.ts';
import { readSettings, type Settings } from '#app/models/settings.server.ts';
import { staffOf } from '#app/models/staff.server.ts';
import { journalOf, writtenOn } from '#app/models/written.server.ts';
import { dayIn } from '#app/rfm/calendar.ts';
import { schemeOf } from '#app/rfm/schemes.ts';
import { explain } from '#app/rfm/explain.ts';
import { leftOutReason, orderAmount, type Order } from '#app/rfm/order.ts';
import { readCustomerCycle } from './read-customer-cycle.server.ts';

const ORDERS = 50;
const CHANGES = 20;

/** Everything the customer page shows, null when this shop has no such customer with orders. */
export async function readCustomer(shop: ShopRow, id: number) {
  const [score, run, settings] = await Promise.all([
    customerScore(shop.id, id),
    latestRun(shop.id),
    readSettings(shop.id),
  ]);
  if (score === null || run === null) return null;
  const [orders, history, written, journal, care, people, cycle] = await Promise.all([
    customerOrders(shop.id, id, ORDERS + 1),
    segmentHistory(shop.id, id, CHANGES),
    writtenOn(shop.id, id),
    journalOf(shop.id, id, CHANGES),
    customerCare(shop.id, id),
    staffOf(shop.id),
    readCustomerCycle(shop, run, settings, score),
  ]);
  const { r, f, m, segment, lastOrderDay, frequency, monetary, since, unscoredReason } = score;
  const own = { recencyDays: run.asOf - (lastOrderDay ?? run.asOf), frequency, monetary };
  return {
    id,
    asOf: run.asOf,
    scores: { r, f, m },
    why:
      segment === null
        ? null
        : explain(schemeOf(run.scheme), { r, f, m }, own, run.cutPoints, run.frequencyMethod),
    since,
    unscoredReason,
    orders: orders.slice(0, ORDERS).map((order) => shown(order, shop, run, settings)),
    more: orders.length > ORDERS,
    history,
    written,
    care,
    cycle,
    people: people.map(({ userId }) => userId),
    today: today(shop.timeZone ?? 'UTC'),
    refused: journal
      .flatMap(({ state, error }) => (state === 'failed' && error !== null ? [error] : []))
      .slice(0, 1),
  };
}

function shown(order: Order, shop: ShopRow, run: ScoreRun, settings: Settings): CustomerOrder {
  const day = dayIn(shop.timeZone ?? 'UTC', order.processedAt);
  const windowBegins = settings.windowDays === null ? -Infinity : run.asOf - settings.windowDays + 1;
  const reason = leftOutReason(order, day, run.asOf, settings, run.currency, 0);
  return {
    id: order.id,
    processedAt: order.processedAt,
    amount: orderAmount(order, 0),
    currency: order.currency,
    leftOut: reason ?? (day < windowBegins ? 'outside-window' : null),
    url: `shopify://admin/orders/${order.id}`,
  };
}
