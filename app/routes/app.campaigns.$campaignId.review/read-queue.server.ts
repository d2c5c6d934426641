import { now, today } from '#app/clock.server.ts';
import type { QueuedOffer } from '#app/components/campaign-queue-table.tsx';
import type { SignedIn } from '#app/merchant.server.ts';
import { ordersOfCustomers } from '#app/models/at-risk.server.ts';
import { campaignPlans } from '#app/models/campaign-plans.server.ts';
import { campaign } from '#app/models/campaigns.server.ts';
import { QUEUE_PARTS, queueCounts, waitingOffers } from '#app/models/campaign-waiting.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { staffOf } from '#app/models/staff.server.ts';
import { dayIn } from '#app/rfm/calendar.ts';
import { leftOutReason, orderAmount } from '#app/rfm/order.ts';
import { usualGaps } from '#app/rfm/usual-gap.ts';

const PAGE = 50;
/** Orders that a row shows. */
const LAST_ORDERS = 3;

/** A campaign's queue as the page shows it. @throws Response 404 when the shop has no such campaign, or no scores */
export async function readQueue({ shop, user }: SignedIn, id: number, search: URLSearchParams) {
  const seen = now();
  const [found, run, settings, people, counts, plans] = await Promise.all([
    campaign(shop.id, id),
    latestRun(shop.id),
    readSettings(shop.id),
    staffOf(shop.id),
    queueCounts(shop.id, id, user.id),
    campaignPlans(shop.id, id),
  ]);
  if (found === null || run === null) throw new Response(null, { status: 404 });
  const part = QUEUE_PARTS.find((one) => one === search.get('show')) ?? 'to-do';
  const { rows, previous, next } = await waitingOffers(
    shop.id,
    id,
    user.id,
    part,
    search.get('cursor'),
    PAGE,
  );
  const orders = await ordersOfCustomers(
    shop.id,
    rows.map(({ customerId }) => customerId),
  );
  const timeZone = shop.timeZone ?? 'UTC';
  const { asOf, currency } = run;
  const { windowDays, ...rules } = settings;
  const dayOf = (instant: number) => dayIn(timeZone, instant);
  const gaps = usualGaps(orders, { asOf, windowDays, currency, rules, dayOf });
  const theirs = Map.groupBy(orders, ({ customerId }) => customerId);
  const offers = rows.map(({ lastOrderDay, version, branch, arm, ...row }): QueuedOffer => {
    const planned = plans[version]?.ladder[row.step]?.branches[branch]?.arms[arm];
    const { subject = '', body = '' } = row.edited ?? planned ?? {};
    const last = (theirs.get(row.customerId) ?? [])
      .filter((order) => leftOutReason(order, dayOf(order.processedAt), asOf, rules, currency, 0) === null)
      .toSorted((a, b) => b.processedAt - a.processedAt)
      .slice(0, LAST_ORDERS);
    return {
      ...row,
      edited: row.edited !== null,
      offer: planned?.offer ?? { kind: 'none' },
      kind: plans[version]?.ladder[row.step]?.kind ?? 'message',
      validDays: plans[version]?.ladder[row.step]?.validDays ?? 0,
      subject,
      body,
      daysSince: lastOrderDay === null ? null : Math.max(0, asOf - lastOrderDay),
      usualGap: gaps.get(row.customerId)?.days ?? null,
      orders: last.map((order) => ({
        id: order.id,
        at: order.processedAt,
        amount: orderAmount(order, 0),
        currency: order.currency,
      })),
    };
  });
  return {
    id,
    name: found.name,
    state: found.state,
    delivery: found.plan.delivery,
    shopName: shop.domain,
    part,
    counts,
    offers,
    people: people.map(({ userId }) => userId),
    you: user.id,
    today: today(timeZone),
    seen,
    asOf,
    previous,
    next,
  };
}
