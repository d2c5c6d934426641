import type { WritePlanView } from '#app/components/write-back-card.tsx';
import type { ShopRow } from '#app/db.server.ts';
import { askedQuestion } from '#app/jobs/count-write-back.server.ts';
import { dataUpTo } from '#app/jobs/data-up-to.server.ts';
import { latestImport, latestWholeImport } from '#app/models/imports.server.ts';
import { quarantineOf } from '#app/models/quarantine.server.ts';
import { latestRun, type CountedPlan, type ScoreRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { shopProgress } from '#app/progress.server.ts';

/** Everything Home shows, from stored rows: none of it looks at every customer. */
export async function readHome(shop: ShopRow) {
  const [progress, run, settings, imported, question] = await Promise.all([
    shopProgress(shop),
    latestRun(shop.id),
    readSettings(shop.id),
    latestImport(shop.id),
    askedQuestion({ shopId: shop.id, generation: shop.generation }),
  ]);
  const whole = await latestWholeImport(shop.id, shop.generation);
  const quarantine = imported === null ? [] : await quarantineOf(shop.id, imported.id);
  const limited = imported?.limitedHistory === true;
  return {
    progress,
    run: run && {
      asOf: run.asOf,
      ranOn: run.ranOn,
      frequencyMethod: run.frequencyMethod,
      orderCounts: run.orderCounts,
      summary: run.summary,
    },
    dataUpTo: whole && dataUpTo(whole),
    quarantine: quarantine.map(({ reason, count }) => ({ reason, count })),
    plan: question?.plan
      ? askToWrite(question.plan, question.run, limited, settings.writeBack === 'not-now')
      : null,
  };
}

function askToWrite(plan: CountedPlan, run: ScoreRun, limited: boolean, postponed: boolean): WritePlanView {
  const unready = run.summary.readiness.some((check) => !check.met);
  return {
    customers: plan.customers,
    predictedSeconds: plan.seconds,
    caution: limited ? 'limited-history' : unready ? 'readiness' : null,
    postponed,
  };
}
