import type { WritePlanView } from '#app/components/write-back-card.tsx';
import type { ShopRow } from '#app/db.server.ts';
import { askedQuestion } from '#app/jobs/count-write-back.server.ts';
import { dataUpTo } from '#app/jobs/data-up-to.server.ts';
import { riskForPage } from '#app/jobs/count-risk.server.ts';
import { recalledForPage } from '#app/jobs/recall-days.server.ts';
import { readHomeChoices } from '#app/models/home-choices.server.ts';
import { latestImport, latestWholeImport, type ImportRow } from '#app/models/imports.server.ts';
import { quarantineOf } from '#app/models/quarantine.server.ts';
import { latestRun, type CountedPlan, type ScoreRun } from '#app/models/scores.server.ts';
import { readSettings, type Settings } from '#app/models/settings.server.ts';
import { shopProgress, type ShopProgress } from '#app/progress.server.ts';
import { dayFigures } from '#app/rfm/day-figures.ts';
import { cycleName, earlyAtRisk } from '#app/rfm/purchase-cycle.ts';
import { guideSteps } from './guide.ts';
import { readGoals, readMetrics } from './read-figures.ts';
import { readSlipping } from './read-slipping.server.ts';

/** Everything Home shows, from stored rows: none of it looks at every customer. */
export async function readHome(shop: ShopRow) {
  const [progress, run, settings, imported, question, whole] = await Promise.all([
    shopProgress(shop),
    latestRun(shop.id),
    readSettings(shop.id),
    latestImport(shop.id),
    askedQuestion({ shopId: shop.id, generation: shop.generation }),
    latestWholeImport(shop.id, shop.generation),
  ]);
  const limited = imported?.limitedHistory === true;
  const [quarantine, insights] = await Promise.all([
    imported === null ? [] : quarantineOf(shop.id, imported.id),
    run === null || run.summary.scored === 0
      ? null
      : readInsights(shop, run, settings, imported, progress.writeBack),
  ]);
  return {
    progress,
    run: run && {
      asOf: run.asOf,
      ranOn: run.ranOn,
      frequencyMethod: run.cutPoints.own?.includes('f') === true ? ('own' as const) : run.frequencyMethod,
      orderCounts: run.orderCounts,
      summary: run.summary,
    },
    windowDays: settings.windowDays,
    dataUpTo: whole && dataUpTo(whole),
    quarantine: quarantine.map(({ reason, count }) => ({ reason, count })),
    plan: question?.plan
      ? askToWrite(question.plan, question.run, limited, settings.writeBack === 'not-now')
      : null,
    insights,
  };
}

/** What the scores of a run say beside themselves: how they changed, who slips, what is aimed at, what to do first. */
async function readInsights(
  shop: ShopRow,
  run: ScoreRun,
  settings: Settings,
  imported: ImportRow | null,
  writeBack: ShopProgress['writeBack'],
) {
  const choices = await readHomeChoices(shop.id);
  const payload = { shopId: shop.id, generation: shop.generation };
  const [recalled, slipping, { cycle, cameBack, counted }] = await Promise.all([
    recalledForPage(payload, run, settings),
    readSlipping(shop.id, run, choices),
    riskForPage(payload, run, settings),
  ]);
  const again = cycle && counted && { again: { cycle: cycleName(cycle), ...counted.again } };
  const now = { ...dayFigures(run.summary), ...again };
  return {
    ...readMetrics(now, run.asOf, recalled, imported?.limitedHistory === true),
    goals: readGoals(now, run.asOf, recalled, choices.targets),
    slipping,
    risk: { cycle, cameBack, counted },
    // At risk here includes who ordered less than half a cycle ago.
    early: cycle && earlyAtRisk(run.cutPoints, cycle, run.asOf),
    reckoning: recalled.missing.length > 0,
    guide: choices.guideClosed ? null : guideSteps({ run, settings, writeBack, choices }),
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
