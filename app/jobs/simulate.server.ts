import { today } from '#app/clock.server.ts';
import { databaseNow, sqlInShop } from '#app/db.server.ts';
import { readAllScores } from '#app/models/scores.server.ts';
import { readSettings, rescores, rewrites, type Settings } from '#app/models/settings.server.ts';
import { askedSimulation, endSimulation } from '#app/models/simulations.server.ts';
import { scorePopulations } from '#app/rfm/apart.ts';
import { chooseFrequencyMethod } from '#app/rfm/scores.ts';
import type { Edge } from '#app/rfm/moves.ts';
import { schemeOf, slugOfNumber } from '#app/rfm/schemes.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { moveCounts, type Simulated } from '#app/rfm/simulated.ts';
import { ourTags, type ScoredRow } from '#app/rfm/write-plan.ts';
import type { AdminClient } from '#app/shopify/admin.server.ts';
import { findPopulations } from './find-populations.server.ts';
import { foldOrders } from './fold-orders.server.ts';
import { defineJob, shopPayload } from './job.server.ts';
import { scoreDifferences } from './score-differences.ts';
import { described, type DescribedShop } from './stats-fold.ts';
import { step } from './step.server.ts';
import { countPlan } from './walk-plan.server.ts';

/**
 * Works out what a change of the settings would do: the full run that would follow its being saved, without storing
 * any of it, and the plan that would write it. Or what the scores of a past day were.
 */
export const simulate = defineJob({
  name: 'simulate',
  payload: shopPayload,
  attempts: 2,
  run: async ({ shopId }, { shop, admin }) => {
    const asked = await step('simulate.look', () => askedSimulation(shopId));
    if (asked === null) return 'nothing';
    const settings = await step('simulate.settings', () => readSettings(shopId));
    const { number, version, wish, asOf } = asked;
    if (settings.version !== version) {
      await step('simulate.outdated', () => endSimulation(shopId, number, { at: 'outdated' }));
      return undefined;
    }
    const wished = { ...settings, ...wish } as Settings;
    const scored = asOf !== null || rescores(settings, wish);
    const kind = { past: asOf, scored, anew: rewrites(settings, wish) };
    const result = await simulated(described(shop), wished, kind, admin);
    await step('simulate.end', () => endSimulation(shopId, number, { at: 'done', result }));
    // Another may have been asked for meanwhile.
    return { againInSeconds: 0 };
  },
  gaveUp: async ({ shopId }) => {
    const asked = await askedSimulation(shopId);
    if (asked !== null) await endSimulation(shopId, asked.number, { at: 'failed' });
  },
});

/**
 * @param past the day that is asked for, null = today
 * @param scored whether saving has everyone scored, which a change of what is written does not
 * @param anew whether every tag is looked at again, as after a wish of the merchant's own
 */
async function simulated(
  shop: DescribedShop,
  settings: Settings,
  { past, scored, anew }: { past: Day | null; scored: boolean; anew: boolean },
  admin: AdminClient,
): Promise<Simulated> {
  const asOf = past ?? today(shop.timeZone, await step('simulate.clock', databaseNow));
  const { edges, rowOf } = scored
    ? await scoredAnew(shop, settings, asOf, past !== null)
    : await asStored(shop.id, settings);
  const plan =
    past === null
      ? await step('simulate.plan', () =>
          countPlan(
            shop.id,
            ourTags(settings.tagPrefix, schemeOf(settings)),
            false,
            admin,
            anew ? null : asOf,
            rowOf,
          ),
        )
      : null;
  return {
    asOf,
    edges,
    plan: plan && {
      customers: plan.customers,
      byKind: plan.byKind,
      points: plan.points,
      seconds: plan.seconds,
    },
  };
}

type Found = { edges: Edge[]; rowOf?: (customerId: number) => ScoredRow | null };

/** Everyone scored, and the moves between that and what is stored. */
async function scoredAnew(shop: DescribedShop, settings: Settings, asOf: Day, past: boolean): Promise<Found> {
  return sqlInShop(shop.id, async (client) => {
    const stats = await foldOrders(client, shop, settings, asOf, null);
    const method = settings.frequencyMethod ?? chooseFrequencyMethod(stats.frequency, stats.n);
    const { now } = await step('simulate.populations', () =>
      findPopulations(client, shop, settings, asOf, null),
    );
    const run = scorePopulations(stats, now, { ...settings, method });
    const scheme = schemeOf(settings);
    const differences = scoreDifferences(scheme, stats, run, null);
    const { segments } = differences;
    const moves = moveCounts(scheme);
    // From what is stored to what was worked out, or from the past day to what is stored.
    const move = (stored: number, found: number, people?: 1 | -1): void =>
      past ? moves.add(found, stored, people) : moves.add(stored, found, people);
    // Of whom no scores are stored yet is unscored until then.
    for (const segment of segments) move(0, segment);
    await step('simulate.read-scores', () =>
      readAllScores(client, shop.id, scheme, (before) => {
        for (let i = 0; i < before.n; i += 1) {
          const row = stats.rowOf(before.customerId[i] as number);
          const after = row < 0 ? 0 : (segments[row] as number);
          if (row >= 0) move(0, after, -1);
          move(before.segment[i] as number, after);
        }
        differences.compare(before);
      }),
    );
    const { after } = differences.finish();
    const row = (customerId: number): ScoredRow | null => {
      const i = stats.rowOf(customerId);
      const segment = i < 0 ? null : slugOfNumber(scheme, after.segment[i] as number);
      if (segment === null) return null;
      const [r, f, m] = [after.r[i], after.f[i], after.m[i]] as [number, number, number];
      const previousSegment = slugOfNumber(scheme, after.previousSegment[i] as number);
      return { r, f, m, segment, previousSegment, since: after.since[i] as number };
    };
    return { edges: moves.edges(), rowOf: row };
  });
}

/** Everyone where they are. */
function asStored(shopId: number, settings: Settings): Promise<Found> {
  const scheme = schemeOf(settings);
  const moves = moveCounts(scheme);
  return sqlInShop(shopId, async (client) => {
    await step('simulate.read-scores', () =>
      readAllScores(client, shopId, scheme, ({ n, segment }) => {
        for (let i = 0; i < n; i += 1) moves.add(segment[i] as number, segment[i] as number);
      }),
    );
    return { edges: moves.edges() };
  });
}
