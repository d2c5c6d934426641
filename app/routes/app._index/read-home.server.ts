import { adminFor } from '#app/admin-for.server.ts';
import type { WritePlanView } from '#app/components/write-back-card.tsx';
import type { ShopRow } from '#app/db.server.ts';
import { previewWriteBack } from '#app/jobs/plan-write-back.server.ts';
import { latestImport } from '#app/models/imports.server.ts';
import { quarantineOf } from '#app/models/quarantine.server.ts';
import { latestRun, type ScoreRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { shopProgress } from '#app/progress.server.ts';

/** Everything Home shows. The plan of the first write-back looks at every customer, so it comes later. */
export async function readHome(shop: ShopRow) {
  const [progress, run, settings, imported] = await Promise.all([
    shopProgress(shop),
    latestRun(shop.id),
    readSettings(shop.id),
    latestImport(shop.id),
  ]);
  const quarantine = imported === null ? [] : await quarantineOf(shop.id, imported.id);
  // Tags on the customers are known, and so a plan is possible, once the whole import is in.
  const complete = imported?.phase === 'done' && run !== null && run.summary.scored > 0;
  const open = settings.writeBack === 'not-asked' || settings.writeBack === 'not-now';
  const limited = imported?.limitedHistory === true;
  return {
    progress,
    run: run && {
      asOf: run.asOf,
      frequencyMethod: run.frequencyMethod,
      orderCounts: run.orderCounts,
      summary: run.summary,
    },
    dataUpTo: imported?.phase === 'done' ? imported.changesUntil : null,
    quarantined: quarantine.reduce((sum, { count }) => sum + count, 0),
    plan: complete && open ? askToWrite(shop, run, limited, settings.writeBack === 'not-now') : null,
  };
}

async function askToWrite(
  shop: ShopRow,
  run: ScoreRun,
  limited: boolean,
  postponed: boolean,
): Promise<WritePlanView> {
  const { customers, seconds } = await previewWriteBack(shop.id, adminFor(shop));
  const unready = run.summary.readiness.some((check) => !check.met);
  return {
    customers,
    predictedSeconds: seconds,
    caution: limited ? 'limited-history' : unready ? 'readiness' : null,
    postponed,
  };
}
