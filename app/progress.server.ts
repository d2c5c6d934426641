import type { ShopRow } from '#app/db.server.ts';
import { questionOf } from '#app/jobs/count-write-back.server.ts';
import { importProgress, type ImportProgress } from '#app/jobs/import-progress.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import type { WriteRunState } from '#app/models/write-runs.server.ts';
import { writeProgress } from '#app/models/written.server.ts';
import type { CountedOrders } from '#app/rfm/customer-stats.ts';
import type { RunSummary } from '#app/rfm/run-summary.ts';
import type { FrequencyMethod } from '#app/rfm/scores.ts';

/** Where a shop's import, scores and write-back stand, as Home and /app/progress show it. */
export type ShopProgress = {
  parkedReason: string | null;
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
  /** The newest write-back; null before the first. Counts are single writes of the journal. */
  writeBack: null | {
    id: number;
    state: WriteRunState;
    planned: number;
    done: number;
    failed: number;
    points: number;
    /** Why it ended early, null while all is well. */
    problem: string | null;
    /** True when it takes everything of ours back. */
    cleanUp: boolean;
    startedAt: number;
    finishedAt: number | null;
  };
};

/** Reads where the shop stands; everything comes from stored rows. */
export async function shopProgress(shop: ShopRow): Promise<ShopProgress> {
  const [imported, run, write, question] = await Promise.all([
    importProgress(shop.id),
    latestRun(shop.id),
    writeProgress(shop.id),
    questionOf(shop.id),
  ]);
  return {
    parkedReason: shop.parkedReason,
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
    writeBack: write && {
      id: write.id,
      state: write.state,
      planned: write.counts.planned + write.counts.sent + write.counts.done + write.counts.failed,
      done: write.counts.done,
      failed: write.counts.failed,
      points: write.points,
      problem: write.plan.problem,
      cleanUp: write.plan.cleanUp,
      startedAt: write.startedAt,
      finishedAt: write.finishedAt,
    },
  };
}
