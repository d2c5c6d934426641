import type { WritePlanView } from '#app/components/write-back-card.tsx';
import type { ShopRow } from '#app/db.server.ts';
import { askedQuestion, readShopFacts } from '#app/jobs/count-write-back.server.ts';
import { dataUpTo } from '#app/jobs/data-up-to.server.ts';
import { riskForPage } from '#app/jobs/count-risk.server.ts';
import { recalledForPage } from '#app/jobs/recall-days.server.ts';
import { countCampaigns } from '#app/models/campaigns.server.ts';
import { readHomeChoices } from '#app/models/home-choices.server.ts';
import { latestWholeImport, type ImportRow } from '#app/models/imports.server.ts';
import { quarantineOf } from '#app/models/quarantine.server.ts';
import type { CountedPlan, ScoreRun } from '#app/models/scores.server.ts';
import type { Settings } from '#app/models/settings.server.ts';
import { shopProgress } from '#app/progress.server.ts';
import { scoredApart } from '#app/rfm/apart.ts';
import { dayFigures } from '#app/rfm/day-figures.ts';
import { cycleName, earlyAtRisk } from '#app/rfm/purchase-cycle.ts';
import { schemeOf } from '#app/rfm/schemes.ts';
import { guideSteps } from './guide.ts';
import { readGoals, readMetrics } from './read-figures.ts';
import { readSlipping } from './read-slipping.server.ts';

/** Everything Home shows, from stored rows: none of it looks at every customer. */
export async function readHome(shop: ShopRow) {
  const facts = await readShopFacts(shop.id);
  const { run, settings, imported } = facts;
  const limited = imported?.limitedHistory === true;
  const [progress, question, whole, quarantine, read] = await Promise.all([
    shopProgress(shop, facts),
    askedQuestion({ shopId: shop.id, generation: shop.generation }, facts),
    latestWholeImport(shop.id, shop.generation),
    imported === null ? [] : quarantineOf(shop.id, imported.id),
    run === null || run.summary.scored === 0 ? null : readInsights(shop, run, settings, imported),
  ]);
  const guide =
    run === null || read === null || read.choices.guideClosed
      ? null
      : guideSteps({
          run,
          settings,
          writeBack: progress.writeBack,
          choices: read.choices,
          campaigns: read.campaigns,
        });
  return {
    progress,
    run: run && {
      asOf: run.asOf,
      ranOn: run.ranOn,
      frequencyMethod: run.cutPoints.own?.includes('f') === true ? ('own' as const) : run.frequencyMethod,
      apart: scoredApart(run.cutPoints),
      orderCounts: run.orderCounts,
      summary: run.summary,
    },
    windowDays: settings.windowDays,
    dataUpTo: whole && dataUpTo(whole),
    quarantine: quarantine.map(({ reason, count }) => ({ reason, count })),
    plan: question?.plan
      ? askToWrite(question.plan, question.run, limited, settings.writeBack === 'not-now')
      : null,
    insights: read && { ...read.insights, guide },
  };
}

/** What the scores of a run say beside themselves: how they changed, who slips, what is aimed at. */
async function readInsights(shop: ShopRow, run: ScoreRun, settings: Settings, imported: ImportRow | null) {
  const [choices, campaigns] = await Promise.all([readHomeChoices(shop.id), countCampaigns(shop.id)]);
  const payload = { shopId: shop.id, generation: shop.generation };
  const [recalled, slipping, { cycle, cameBack, counted }] = await Promise.all([
    recalledForPage(payload, run, settings, imported),
    readSlipping(shop.id, run, choices),
    riskForPage(payload, run, settings),
  ]);
  // What an earlier version counted says nothing of it.
  const again = cycle && counted?.again && { again: { cycle: cycleName(cycle), ...counted.again } };
  const now = { ...dayFigures(run.summary), ...again };
  const insights = {
    ...readMetrics(now, run.asOf, recalled, imported?.limitedHistory === true),
    goals: readGoals(now, run.asOf, recalled, choices.targets),
    slipping,
    risk: { cycle, cameBack, counted },
    // At risk here includes who ordered less than half a cycle ago.
    early: cycle && earlyAtRisk(schemeOf(run.scheme), run.cutPoints, cycle, run.asOf),
    reckoning: recalled.missing.length > 0,
  };
  return { choices, campaigns, insights };
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
