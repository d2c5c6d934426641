import { today } from '#app/clock.server.ts';
import { drawsOf } from '#app/campaigns/bootstrap.ts';
import {
  campaignFigures,
  EXPECTED_BUYERS,
  expectedVariance,
  type CampaignFigures,
  type Movement,
} from '#app/campaigns/figures.ts';
import { databaseNow, sqlInShop } from '#app/db.server.ts';
import { campaignsToMeasure, keepLook, type ToMeasure } from '#app/models/campaign-looks.server.ts';
import { earningsDue, gatherCompared, type ComparedBy } from '#app/models/compared-orders.server.ts';
import { countCompared, meanSquare, type Counted } from '#app/models/measured-sums.server.ts';
import { keepEarnings } from '#app/models/order-earnings.server.ts';
import { latestRun, type ScoreRun } from '#app/models/scores.server.ts';
import { readSettings, type Settings } from '#app/models/settings.server.ts';
import { UNSCORED } from '#app/rfm/conditions.ts';
import { directionOf } from '#app/rfm/moves.ts';
import { schemeOf, type SegmentSlug } from '#app/rfm/schemes.ts';
import { AccessDenied } from '#app/shopify/errors.ts';
import { EARNINGS_PER_CALL, readEarnings } from '#app/shopify/order-earnings.server.ts';
import { inBounds } from './in-bounds.server.ts';
import { defineJob, shopPayload, type JobContext } from './job.server.ts';
import { step } from './step.server.ts';

/** Orders of which it is read at a turn what they earned. */
const READ_AT_ONCE = EARNINGS_PER_CALL * 5;

/**
 * Says of each launched campaign what it has shown: once a day, when everybody was watched, and again on the days after
 * that, since refunds come late. First it reads from Shopify what the orders that are compared earned.
 */
export const measureCampaigns = defineJob({
  name: 'measure-campaigns',
  payload: shopPayload,
  attempts: 5,
  run: async ({ shopId }, context) => {
    const run = await step('measure.run', () => latestRun(shopId));
    if (run === null || context.shop.timeZone === null) return 'nothing';
    const settings = await step('measure.settings', () => readSettings(shopId));
    const tried = new Set<number>();
    return inBounds(context.signal, () => measureNext(context, run, settings, tried));
  },
});

/** Measures the next campaign, or reads more of its orders. Null when none is left. */
async function measureNext(
  context: JobContext,
  run: ScoreRun,
  settings: Settings,
  tried: Set<number>,
): Promise<number | null> {
  const { shop } = context;
  const at = await step('measure.clock', databaseNow);
  const day = today(shop.timeZone ?? 'UTC', at);
  const [next] = await step('measure.due', () => campaignsToMeasure(shop.id, day));
  if (next === undefined) return null;
  const by: ComparedBy = {
    campaignId: next.id,
    observeDays: next.observeDays,
    currency: run.currency,
    rules: settings,
    margin: settings.marginPercent === null ? null : settings.marginPercent / 100,
  };
  if (await readMore(context, by, tried)) return 0;
  await sqlInShop(shop.id, async (client) => {
    await step('measure.gather', () => gatherCompared(client, shop.id, by));
    const counted = await step('measure.count', () => countCompared(client, shop.id, next.id));
    const square =
      next.expected === null ? await step('measure.expect', () => meanSquare(client, shop.id, next.id)) : 0;
    const figures = figuresOf(counted, next, by.margin, square, run);
    await step('measure.keep', () => keepLook(client, shop.id, next.id, { day, final: next.final, figures }));
  });
  return 0;
}

/** Reads what some orders earned; false when there are none that were not tried in this run. */
async function readMore({ shop, admin }: JobContext, by: ComparedBy, tried: Set<number>): Promise<boolean> {
  const due = await sqlInShop(shop.id, async (client) => {
    await step('measure.compare', () => gatherCompared(client, shop.id, by));
    return step('measure.unread', () => earningsDue(client, [...tried], READ_AT_ONCE));
  });
  if (due.length === 0) return false;
  for (let from = 0; from < due.length; from += EARNINGS_PER_CALL) {
    const ids = due.slice(from, from + EARNINGS_PER_CALL);
    // What Shopify no longer has, or shows in an older version, is not asked for again before the next day.
    for (const id of ids) tried.add(id);
    try {
      const read = await step('measure.read', () => readEarnings(admin, ids));
      await step('measure.store', () => keepEarnings(shop.id, read));
    } catch (error) {
      // Orders count as far as they are known: the result says of how many that is.
      if (!(error instanceof AccessDenied)) throw error;
    }
  }
  return true;
}

function figuresOf(
  { moved, ...sums }: Counted,
  { id, final, holdOut, expected }: ToMeasure,
  margin: number | null,
  square: number,
  run: ScoreRun,
): CampaignFigures {
  const scheme = schemeOf(run.scheme);
  const movement = (heldOut: boolean): Movement => {
    const its = moved.filter((one) => one.heldOut === heldOut);
    const count = (...directions: string[]): number =>
      its
        .filter(({ stratum, segment }) => {
          const before = (stratum === UNSCORED ? null : stratum) as SegmentSlug | null;
          return directions.includes(directionOf(scheme, before, segment as SegmentSlug | null));
        })
        .reduce((sum, { customers }) => sum + customers, 0);
    return { of: count('stayed', 'better', 'worse', 'even'), better: count('better'), worse: count('worse') };
  };
  const sizes = { treated: sums.treated.customers, held: sums.held.customers };
  return campaignFigures(
    { ...sums, movement: { treated: movement(false), held: movement(true) } },
    {
      share: holdOut,
      margin,
      final,
      expected: expected ?? {
        profit: expectedVariance(sizes, square * (margin ?? USUAL_MARGIN) ** 2),
        revenue: expectedVariance(sizes, square),
        conversion: expectedVariance(sizes, 1 - EXPECTED_BUYERS),
      },
      random: drawsOf(id),
    },
  );
}

/** Where the merchant has not said what is left of a price, so much is expected to be; it decides no result. */
const USUAL_MARGIN = 0.5;
