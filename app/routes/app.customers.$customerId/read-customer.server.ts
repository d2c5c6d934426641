import { today } from '#app/clock.server.ts';
import type { ShopRow } from '#app/db.server.ts';
import { customerCare } from '#app/models/customer-care.server.ts';
import { customerCampaigns } from '#app/models/customer-offers.server.ts';
import { customerScore } from '#app/models/customer-standing.server.ts';
import { customerConsent } from '#app/models/customers.server.ts';
import { paidInFull } from '#app/models/full-price.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { segmentHistory } from '#app/models/segment-changes.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { staffOf } from '#app/models/staff.server.ts';
import { suppressionOf } from '#app/models/suppressions.server.ts';
import { customerAnswers } from '#app/models/survey-answers.server.ts';
import { lastRefusal, writtenOn } from '#app/models/written.server.ts';
import { amongWhom, cutPointsOf } from '#app/rfm/apart.ts';
import { explain } from '#app/rfm/explain.ts';
import { schemeOf } from '#app/rfm/schemes.ts';
import { readCustomerCycle } from './read-customer-cycle.server.ts';
import { readPreferences } from './read-preferences.server.ts';
import { readPutBack } from './read-put-back.server.ts';
import { readTimeline } from './read-timeline.server.ts';

const CHANGES = 20;

/**
 * Everything the customer page shows, null when this shop has no such customer with orders.
 * @param search what part of the timeline is asked for
 */
export async function readCustomer(shop: ShopRow, id: number, search: URLSearchParams) {
  const [score, run, settings] = await Promise.all([
    customerScore(shop.id, id),
    latestRun(shop.id),
    readSettings(shop.id),
  ]);
  if (score === null || run === null) return null;
  const [
    timeline,
    preferences,
    history,
    written,
    refused,
    putBack,
    care,
    people,
    cycle,
    consent,
    suppression,
    answers,
    campaigns,
    paid,
  ] = await Promise.all([
    readTimeline(shop, run, settings, id, search),
    readPreferences(shop, run, settings, id),
    segmentHistory(shop.id, id, CHANGES),
    writtenOn(shop.id, id),
    lastRefusal(shop.id, id, CHANGES),
    readPutBack(shop, id),
    customerCare(shop.id, id),
    staffOf(shop.id),
    readCustomerCycle(shop, run, settings, score),
    customerConsent(shop.id, id),
    suppressionOf(shop.id, id),
    customerAnswers(shop.id, id),
    customerCampaigns(shop.id, id),
    paidInFull(shop.id, id, { currency: run.currency, rules: settings }),
  ]);
  const { r, f, m, segment, lastOrderDay, frequency, monetary, since, unscoredReason } = score;
  const population = score.population ?? undefined;
  const cutPoints = cutPointsOf(run.cutPoints, population);
  const own = { recencyDays: run.asOf - (lastOrderDay ?? run.asOf), frequency, monetary };
  return {
    id,
    asOf: run.asOf,
    scores: { r, f, m },
    why:
      segment === null
        ? null
        : explain(schemeOf(run.scheme), { r, f, m }, own, cutPoints, run.frequencyMethod),
    among: amongWhom(run.cutPoints, population),
    since,
    unscoredReason,
    timeline,
    preferences,
    history,
    written,
    refused,
    putBack,
    care,
    cycle,
    consent,
    campaigns,
    paid,
    messages: { suppression, answers },
    people: people.map(({ userId }) => userId),
    today: today(shop.timeZone ?? 'UTC'),
  };
}
