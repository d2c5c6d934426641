import { today } from '#app/clock.server.ts';
import type { AtRiskCustomer } from '#app/components/at-risk-lines.tsx';
import type { SignedIn } from '#app/merchant.server.ts';
import { atRiskPage, ordersOfCustomers } from '#app/models/at-risk.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { staffOf } from '#app/models/staff.server.ts';
import { dayIn } from '#app/rfm/calendar.ts';
import { atRiskSegments, schemeOf } from '#app/rfm/schemes.ts';
import { usualGaps } from '#app/rfm/usual-gap.ts';
import { parseAtRisk } from './parse-at-risk.ts';

const PAGE = 50;

/** What the at-risk list shows; null before the first scores. */
export async function readAtRisk({ shop, user }: SignedIn, search: URLSearchParams) {
  const [run, settings, people] = await Promise.all([
    latestRun(shop.id),
    readSettings(shop.id),
    staffOf(shop.id),
  ]);
  if (run === null) return null;
  const listed = atRiskSegments(schemeOf(run.scheme));
  const { part, segment } = parseAtRisk(search, listed);
  const timeZone = shop.timeZone ?? 'UTC';
  const now = today(timeZone);
  const segments = segment === null ? listed : [segment];
  const asked = {
    segments,
    part,
    today: now,
    userId: user.id,
  };
  const { rows, counts, previous, next } = await atRiskPage(shop.id, asked, search.get('cursor'), PAGE);
  const orders = await ordersOfCustomers(
    shop.id,
    rows.map(({ customerId }) => customerId),
  );
  const { asOf, currency, summary } = run;
  const all = summary.segments
    .filter((row) => segments.includes(row.segment))
    .reduce((sum, row) => sum + row.customers, 0);
  const { windowDays, ...rules } = settings;
  const dayOf = (instant: number) => dayIn(timeZone, instant);
  const gaps = usualGaps(orders, { asOf, windowDays, currency, rules, dayOf });
  const customers = rows.map(
    ({ emailConsent, smsConsent, consentKnown, lastOrderDay, ...row }): AtRiskCustomer => ({
      ...row,
      daysSince: Math.max(0, asOf - lastOrderDay),
      usualGap: gaps.get(row.customerId)?.days ?? null,
      reach: consentKnown
        ? {
            email: emailConsent === 'SUBSCRIBED',
            sms: smsConsent === 'SUBSCRIBED',
            phone: smsConsent !== null,
          }
        : null,
    }),
  );
  return {
    part,
    segment,
    asOf,
    today: now,
    you: user.id,
    people: people.map(({ userId }) => userId),
    customers,
    counts: { ...counts, 'to-do': Math.max(0, all - counts.later) },
    previous,
    next,
  };
}
