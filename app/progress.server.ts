import type { ShopRow } from '#app/db.server.ts';
import { questionFrom, readShopFacts, type ShopFacts } from '#app/jobs/count-write-back.server.ts';
import { riskOf } from '#app/jobs/count-risk.server.ts';
import { progressOf, type ImportProgress } from '#app/jobs/import-progress.server.ts';
import { recalled } from '#app/jobs/recall-days.server.ts';
import { now } from '#app/clock.server.ts';
import { isUnreachable } from '#app/models/shop-health.server.ts';
import type { WriteRunState } from '#app/models/write-runs.server.ts';
import type { CountedOrders } from '#app/rfm/customer-stats.ts';
import type { RunSummary } from '#app/rfm/run-summary.ts';
import type { FrequencyMethod } from '#app/rfm/scores.ts';

/** Where a shop's import, scores and write-back stand, as Home and /app/progress show it. */
export type ShopProgress = {
  /** Why nothing is done for the shop, null when work goes on; 'unreachable' when Shopify has not answered for hours. */
  parkedReason: string | null;
  /** The work that was given up last and why; null once it worked again. */
  givenUp: null | { job: string; reason: string; at: number };
  import: ImportProgress | null;
  /** The last full run; null before the first. */
  run: null | {
    id: number;
    asOf: number;
    finishedAt: number;
    frequencyMethod: FrequencyMethod;
    orders: CountedOrders;
    scored: number;
    unscored: RunSummary['unscored'];
    segments: RunSummary['segments'];
  };
  /** What the first write-back would send is being counted. */
  counting: boolean;
  /** The figures of earlier days, or the revenue at risk, are being reckoned from the stored orders. */
  recalling: boolean;
  /** The newest write-back; null before the first. Counts are single writes of the journal. */
  writeBack: null | {
    id: number;
    state: WriteRunState;
    planned: number;
    done: number;
    failed: number;
    /** Of an undo: what was left, since somebody else had changed it. */
    kept: number;
    points: number;
    /** Why it ended early, null while all is well. */
    problem: string | null;
    /** True when it takes everything of ours back. */
    cleanUp: boolean;
    /** True when it undoes an earlier one. */
    undo: boolean;
    startedAt: number;
    finishedAt: number | null;
  };
};

/**
 * Reads where the shop stands; everything comes from stored rows.
 * @param facts where it is known already
 */
export async function shopProgress(shop: ShopRow, facts?: ShopFacts): Promise<ShopProgress> {
  const known = facts ?? (await readShopFacts(shop.id));
  const { run, asked: write } = known;
  const [imported, recalling] = await Promise.all([
    progressOf(shop.id, known.imported),
    isRecalling(shop.id, known),
  ]);
  const question = questionFrom(known);
  return {
    parkedReason: shop.parkedReason ?? (isUnreachable(shop, now()) ? 'unreachable' : null),
    givenUp:
      shop.givenUpJob === null
        ? null
        : { job: shop.givenUpJob, reason: shop.givenUpReason ?? '', at: shop.givenUpAt ?? 0 },
    import: imported,
    run: run && {
      id: run.id,
      asOf: run.asOf,
      finishedAt: run.finishedAt,
      frequencyMethod: run.frequencyMethod,
      orders: run.orderCounts,
      scored: run.summary.scored,
      unscored: run.summary.unscored,
      segments: run.summary.segments,
    },
    counting: question !== null && question.plan === null,
    recalling,
    writeBack: write && {
      id: write.id,
      state: write.state,
      planned: Object.values(write.plan.byKind).reduce((sum, count) => sum + count, 0),
      done: write.done,
      failed: write.failed,
      kept: write.kept,
      points: write.points,
      problem: write.plan.problem,
      cleanUp: write.plan.cleanUp,
      undo: write.kind === 'undo',
      startedAt: write.startedAt,
      finishedAt: write.finishedAt,
    },
  };
}

async function isRecalling(shopId: number, { run, settings, imported }: ShopFacts): Promise<boolean> {
  if (run === null || run.summary.scored === 0) return false;
  const [{ missing }, { due, counted }] = await Promise.all([
    recalled(shopId, run, settings, imported),
    riskOf(shopId, run, settings),
  ]);
  if (missing.length > 0) return true;
  // What was counted an hour ago is shown until somebody opens the page.
  return due && (counted?.runId !== run.id || counted.asOf !== run.asOf);
}
