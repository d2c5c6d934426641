import { today } from '#app/clock.server.ts';
import { drawsOf } from '#app/campaigns/bootstrap.ts';
import { expectedSpread } from '#app/campaigns/expected-spread.ts';
import { campaignFigures, type CampaignFigures, type Movement } from '#app/campaigns/figures.ts';
import { databaseNow, sqlInShop } from '#app/db.server.ts';
import { campaignsToMeasure, keepLook, type ToMeasure } from '#app/models/campaign-looks.server.ts';
import { earningsDue, gatherCompared, type ComparedBy } from '#app/models/compared-orders.server.ts';
import { reckonProfits } from '#app/models/compared-profits.server.ts';
import { countCompared, meanSquare, type Counted } from '#app/models/measured-sums.server.ts';
import { keepEarnings } from '#app/models/order-earnings.server.ts';
import { latestRun, type ScoreRun } from '#app/models/scores.server.ts';
import { readSettings, type Settings } from '#app/models/settings.server.ts';
import { UNSCORED } from '#app/rfm/conditions.ts';
import { directionOf } from '#app/rfm/moves.ts';
import { schemeOf, type SegmentSlug } from '#app/rfm/schemes.ts';
import { AccessDenied, Throttled, Unavailable, Uninstalled } from '#app/shopify/errors.ts';
import { EARNINGS_PER_CALL, readEarnings } from '#app/shopify/order-earnings.server.ts';
import { inBounds } from './in-bounds.server.ts';
import { defineJob, shopPayload, type JobContext } from './job.server.ts';
import { step } from './step.server.ts';

/** What a run knows of itself, from one of its turns to the next. */
type Course = {
  /** the campaign whose orders are being read, and which are still to be */
  reading: { campaignId: number; ids: number[] } | null;
  /** what Shopify no longer has, or shows in an older version, is not asked for again before the next day */
  tried: Set<number>;
  /** what Shopify wants before it tells what orders earned; nothing is read any more then */
  denied: string | null;
  /** campaigns that could not be measured, and the first reason */
  failed: number[];
  error: unknown;
};

/**
 * Says of each launched campaign what it has shown: once a day, when everybody was watched, and again on the days after
 * that, since refunds come late. First it reads from Shopify what the orders that are compared earned. One that cannot be
 * measured keeps no other waiting; the run fails when all others are done.
 */
export const measureCampaigns = defineJob({
  name: 'measure-campaigns',
  payload: shopPayload,
  attempts: 5,
  run: async ({ shopId }, context) => {
    const run = await step('measure.run', () => latestRun(shopId));
    if (run === null || context.shop.timeZone === null) return 'nothing';
    const settings = await step('measure.settings', () => readSettings(shopId));
    const course: Course = { reading: null, tried: new Set(), denied: null, failed: [], error: undefined };
    const outcome = await inBounds(context.signal, () => measureNext(context, run, settings, course));
    if (outcome === undefined && course.failed.length > 0) throw course.error;
    return outcome;
  },
});

/** Measures the next campaign, or reads more of its orders. Null when none is left. */
async function measureNext(
  context: JobContext,
  run: ScoreRun,
  settings: Settings,
  course: Course,
): Promise<number | null> {
  const { shop } = context;
  const at = await step('measure.clock', databaseNow);
  const day = today(shop.timeZone ?? 'UTC', at);
  const [next] = await step('measure.due', () => campaignsToMeasure(shop.id, day, course.failed));
  if (next === undefined) return null;
  const { observeDays } = next;
  const by: ComparedBy = { campaignId: next.id, observeDays, currency: run.currency, rules: settings };
  try {
    if (await readMore(context, by, course)) return 0;
    const margin = next.margin ?? (settings.marginPercent === null ? null : settings.marginPercent / 100);
    await sqlInShop(shop.id, async (client) => {
      await step('measure.gather', () => gatherCompared(client, shop.id, by));
      await step('measure.reckon', () => reckonProfits(client, margin));
      const counted = await step('measure.count', () => countCompared(client, shop.id, next.id));
      const square =
        next.expected === null ? await step('measure.expect', () => meanSquare(client, shop.id, next.id)) : 0;
      const figures = figuresOf(counted, next, { margin, square, run, denied: course.denied });
      await step('measure.keep', () =>
        keepLook(client, shop.id, next.id, { day, final: next.final, figures }),
      );
    });
  } catch (error) {
    if (isOfTheShop(error)) throw error;
    course.failed.push(next.id);
    course.error ??= error;
    // At once: a turn that ended here would begin with the same one again.
    return measureNext(context, run, settings, course);
  }
  return 0;
}

/** Whether somebody else is away, so that no other campaign would fare better. */
function isOfTheShop(error: unknown): boolean {
  return error instanceof Throttled || error instanceof Unavailable || error instanceof Uninstalled;
}

/**
 * Reads what some orders earned; false when there are none that were not tried in this run. Which ones are unread is asked
 * once for a campaign, since gathering costs as much as measuring.
 */
async function readMore({ shop, admin }: JobContext, by: ComparedBy, course: Course): Promise<boolean> {
  if (course.denied !== null) return false;
  if (course.reading?.campaignId !== by.campaignId) {
    const ids = await sqlInShop(shop.id, async (client) => {
      await step('measure.compare', () => gatherCompared(client, shop.id, by));
      return step('measure.unread', () => earningsDue(client));
    });
    course.reading = { campaignId: by.campaignId, ids: ids.filter((id) => !course.tried.has(id)) };
  }
  const ids = course.reading.ids.splice(0, EARNINGS_PER_CALL);
  if (ids.length === 0) return false;
  for (const id of ids) course.tried.add(id);
  try {
    const read = await step('measure.read', () => readEarnings(admin, ids));
    await step('measure.store', () => keepEarnings(shop.id, read));
  } catch (error) {
    // Nothing is said of profit then, and the result tells what is missing.
    if (!(error instanceof AccessDenied)) throw error;
    course.denied = error.scope;
  }
  return true;
}

function figuresOf(
  { moved, ...sums }: Counted,
  { id, final, endedEarly, holdOut, expected, movement: kept }: ToMeasure,
  {
    margin,
    square,
    run,
    denied,
  }: { margin: number | null; square: number; run: ScoreRun; denied: string | null },
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
    { ...sums, movement: kept ?? { treated: movement(false), held: movement(true) } },
    {
      share: holdOut,
      margin,
      currency: run.currency,
      final,
      endedEarly,
      denied,
      expected: expected ?? expectedSpread(sizes, square, margin ?? USUAL_MARGIN),
      random: drawsOf(id),
    },
  );
}

/** Where the merchant has not said what is left of a price, so much is expected to be; it decides no result. */
const USUAL_MARGIN = 0.5;
