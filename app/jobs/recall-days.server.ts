import { sqlInShop } from '#app/db.server.ts';
import { latestImport, type ImportRow } from '#app/models/imports.server.ts';
import { readOrdersForScoring } from '#app/models/orders.server.ts';
import { latestRun, type ScoreRun } from '#app/models/scores.server.ts';
import { chosenCycle, readSettings, type Settings } from '#app/models/settings.server.ts';
import { basisOf, keepPastDay, shopDays } from '#app/models/shop-days.server.ts';
import { scorePopulations } from '#app/rfm/apart.ts';
import { startOfDay, type Day } from '#app/rfm/calendar.ts';
import { dayFigures, lookBack, type DayFigures, type LookBack } from '#app/rfm/day-figures.ts';
import { boughtAgainOf, cycleInForce, cycleName, suggestCycle, type Cycle } from '#app/rfm/purchase-cycle.ts';
import { readinessFacts } from '#app/rfm/readiness.ts';
import { summarise } from '#app/rfm/run-summary.ts';
import { schemeOf, segmentNumbers } from '#app/rfm/schemes.ts';
import { findPopulations } from './find-populations.server.ts';
import { inBounds } from './in-bounds.server.ts';
import { defineJob, shopPayload, type ShopPayload } from './job.server.ts';
import { enqueue } from './queue.server.ts';
import { dataMark } from './scoring-due.ts';
import { described, statsFold, type DescribedShop } from './stats-fold.ts';
import { step } from './step.server.ts';

/** The earlier days of a shop, as far as their figures are known. */
export type Recalled = LookBack & {
  known: Map<Day, DayFigures>;
  /** Days whose figures are still to be reckoned from the stored orders. */
  missing: Day[];
};

/**
 * Reckons the figures of earlier days from the stored orders, as if everyone had been scored on them: the days from
 * before the app was there, and, after a change of settings or another import, those that rest on former ones. A day
 * is one pass over the orders.
 */
export const recallDays = defineJob({
  name: 'recall-days',
  payload: shopPayload,
  attempts: 5,
  run: async ({ shopId }, { shop, signal }) => {
    const run = await step('recall.run', () => latestRun(shopId));
    const settings = await step('recall.settings', () => readSettings(shopId));
    if (run === null) return 'nothing';
    const { missing } = await step('recall.missing', () => recalled(shopId, run, settings));
    if (missing.length === 0) return 'nothing';
    // The latest first: it is what the figures of today are held against.
    const days = missing.toSorted((a, b) => b - a);
    return inBounds(signal, async () => {
      const day = days.shift();
      if (day === undefined) return null;
      const figures = await figuresOn(described(shop), settings, run, day);
      await step('recall.keep', () => keepPastDay(shopId, basisOf(run), day, figures));
      return days.length === 0 ? null : 0;
    });
  },
});

/** The figures of a day, everyone scored as of its end by the rules of now. */
async function figuresOn(
  shop: DescribedShop,
  settings: Settings,
  run: ScoreRun,
  day: Day,
): Promise<DayFigures> {
  const cycle = cycleOf(run, settings);
  const fold = statsFold(shop, settings, day);
  const refundsAfter = startOfDay(day + 1, shop.timeZone);
  const { now } = await step('recall.orders', () =>
    sqlInShop(shop.id, async (client) => {
      await readOrdersForScoring(client, shop.id, null, refundsAfter, fold.add);
      return findPopulations(client, shop, settings, day, null);
    }),
  );
  const stats = fold.finish();
  const scored = scorePopulations(stats, now, { ...settings, method: run.frequencyMethod });
  const scheme = schemeOf(run.scheme);
  const figures = dayFigures(summarise(scheme, stats, scored, segmentNumbers(scheme, scored)));
  return cycle === null
    ? figures
    : { ...figures, again: { cycle: cycleName(cycle), ...boughtAgainOf(stats, cycle) } };
}

/** The purchase cycle in force, null when there is none. */
function cycleOf({ summary }: ScoreRun, settings: Settings): Cycle | null {
  return cycleInForce(chosenCycle(settings), suggestCycle(summary.gaps));
}

/**
 * What is known of the days Home looks back on. None is missing while scores of other settings or other orders are on
 * their way, or when Shopify let us read the last 60 days only: earlier figures would be those of a part of the shop.
 * @param known the newest import, where it was read already
 */
export async function recalled(
  shopId: number,
  run: ScoreRun,
  settings: Settings,
  known?: ImportRow | null,
): Promise<Recalled> {
  const imported = known === undefined ? await latestImport(shopId) : known;
  const back = lookBack(run.asOf, readinessFacts(run.summary.readiness, run.asOf).firstOrderDay);
  const days = [...back.months, ...(back.before === null ? [] : [back.before])];
  const figures = await shopDays(shopId, basisOf(run), days);
  const cycle = cycleOf(run, settings);
  const byCycle = (day: Day): boolean =>
    cycle === null || figures.get(day)?.again?.cycle === cycleName(cycle);
  const whole = imported?.phase === 'done' && !imported.limitedHistory;
  const stands =
    whole && run.scoringVersion === settings.scoringVersion && run.dataMark === dataMark(imported, imported);
  for (const [day, { again: _, ...rest }] of figures) if (!byCycle(day)) figures.set(day, rest);
  const missing = stands ? days.filter((day) => !figures.has(day) || !byCycle(day)) : [];
  return { ...back, known: figures, missing };
}

/** The same for a page, which has the worker reckon what is missing. */
export async function recalledForPage(
  payload: ShopPayload,
  run: ScoreRun,
  settings: Settings,
  known?: ImportRow | null,
): Promise<Recalled> {
  const found = await recalled(payload.shopId, run, settings, known);
  if (found.missing.length > 0) await enqueue(recallDays, payload);
  return found;
}
