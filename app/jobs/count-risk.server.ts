import { now } from '#app/clock.server.ts';
import { sqlInShop } from '#app/db.server.ts';
import { countCycleStates } from '#app/models/cycle-counts.server.ts';
import { readOrdersForScoring } from '#app/models/orders.server.ts';
import {
  keepCountedRisk,
  readCountedRisk,
  valuableLastSeen,
  type CountedRisk,
} from '#app/models/revenue-at-risk.server.ts';
import { latestRun, type ScoreRun } from '#app/models/scores.server.ts';
import { chosenCycle, readSettings, type Settings } from '#app/models/settings.server.ts';
import { startOfDay, zoneDays } from '#app/rfm/calendar.ts';
import {
  boughtAgain,
  cycleDays,
  cycleInForce,
  suggestCycle,
  type CycleInForce,
} from '#app/rfm/purchase-cycle.ts';
import { revenueAtRisk, riskDays, type RevenueAtRisk } from '#app/rfm/revenue-at-risk.ts';
import { defineJob, shopPayload, type ShopPayload } from './job.server.ts';
import { enqueue } from './queue.server.ts';
import { described, type DescribedShop } from './stats-fold.ts';
import { step } from './step.server.ts';

/** Milliseconds after which it is counted again on the same day: orders may have come. */
const GOOD_FOR_MS = 3_600_000;
/** With more customers than this one pass over all orders is quicker than finding each one's. */
const FOUND_SINGLY = 5_000;

/** Revenue at risk as far as it is known. */
export type Risk = {
  /** The purchase cycle it goes by, null when the shop's own gaps say none and the merchant set none. */
  cycle: CycleInForce | null;
  /** How many customers came back: from their gaps a cycle is suggested. */
  cameBack: number;
  /** As it was counted last, by the cycle in force; null before that. */
  counted: CountedRisk | null;
  /** It is to be counted now. */
  due: boolean;
};

/**
 * Counts for Home the revenue at risk, for which the orders of valuable customers about to lapse or just lapsed are
 * read, and who bought again within the cycle.
 */
export const countRisk = defineJob({
  name: 'count-risk',
  payload: shopPayload,
  attempts: 5,
  run: async ({ shopId }, { shop }) => {
    const run = await step('risk.run', () => latestRun(shopId));
    const settings = await step('risk.settings', () => readSettings(shopId));
    if (run === null) return 'nothing';
    const { cycle, due } = await step('risk.look', () => riskOf(shopId, run, settings));
    if (cycle === null || !due) return 'nothing';
    const risk = await riskNow(described(shop), settings, run, cycle);
    const states = await step('risk.states', () => countCycleStates(shopId, cycleDays(cycle, run.asOf)));
    const { length, unit } = cycle;
    const basis = { cycle: { length, unit }, runId: run.id, asOf: run.asOf };
    await step('risk.keep', () => keepCountedRisk(shopId, { ...risk, ...basis, again: boughtAgain(states) }));
    return undefined;
  },
});

async function riskNow(
  shop: DescribedShop,
  rules: Settings,
  { asOf, currency }: ScoreRun,
  cycle: CycleInForce,
): Promise<RevenueAtRisk> {
  const days = riskDays(cycle, asOf);
  if (days === null) return { customers: 0, monetary: 0 };
  return sqlInShop(shop.id, async (client) => {
    const lastDays = await step('risk.customers', () => valuableLastSeen(client, shop.id, days));
    const fold = revenueAtRisk(lastDays, { asOf, currency, rules, dayOf: zoneDays(shop.timeZone) });
    const whose = lastDays.size > FOUND_SINGLY ? null : [...lastDays.keys()];
    const refundsAfter = startOfDay(asOf + 1, shop.timeZone);
    await step('risk.orders', () => readOrdersForScoring(client, shop.id, whose, refundsAfter, fold.add));
    return fold.finish();
  });
}

/** What is known of the revenue at risk under the cycle in force. */
export async function riskOf(shopId: number, run: ScoreRun, settings: Settings): Promise<Risk> {
  const suggested = suggestCycle(run.summary.gaps);
  const cycle = cycleInForce(chosenCycle(settings), suggested);
  const cameBack = suggested.kind === 'not-measured' ? 0 : suggested.customers;
  if (cycle === null) return { cycle, cameBack, counted: null, due: false };
  const found = await readCountedRisk(shopId);
  const same = found?.cycle.length === cycle.length && found.cycle.unit === cycle.unit;
  // What an earlier version counted is not whole.
  const counted = found !== null && same && found.again !== undefined ? found : null;
  const stands = counted?.runId === run.id && counted.asOf === run.asOf && now() - counted.at < GOOD_FOR_MS;
  return { cycle, cameBack, counted, due: !stands };
}

/** The same for a page, which has the worker count what is due. */
export async function riskForPage(payload: ShopPayload, run: ScoreRun, settings: Settings): Promise<Risk> {
  const risk = await riskOf(payload.shopId, run, settings);
  if (risk.due) await enqueue(countRisk, payload);
  return risk;
}
