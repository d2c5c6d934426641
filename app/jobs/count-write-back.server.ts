import { latestImport } from '#app/models/imports.server.ts';
import { keepWritePlan, latestRun, type CountedPlan, type ScoreRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { isOpen, latestWriteRun } from '#app/models/write-runs.server.ts';
import { schemeOf } from '#app/rfm/schemes.ts';
import { ourTags } from '#app/rfm/write-plan.ts';
import { defineJob, shopPayload, type ShopPayload } from './job.server.ts';
import { enqueue } from './queue.server.ts';
import { step } from './step.server.ts';
import { countPlan } from './walk-plan.server.ts';

/**
 * Counts what the first write-back would send and keeps it with the run, so that Home asks with honest numbers
 * without looking at every customer. Does nothing once it is counted, or when there is nothing to ask.
 */
export const countWriteBack = defineJob({
  name: 'count-write-back',
  payload: shopPayload,
  attempts: 5,
  run: async ({ shopId }, { admin }) => {
    const asked = await step('count.look', () => questionOf(shopId));
    if (asked === null) return 'nothing';
    if (asked.plan !== null) return undefined;
    const { run, prefix, writeRunId } = asked;
    const ours = ourTags(prefix, schemeOf(run.scheme));
    const plan = await step('count.walk', () => countPlan(shopId, ours, false, admin));
    await step('count.keep', () => keepWritePlan(shopId, run.id, { ...plan, prefix, writeRunId }));
    return undefined;
  },
});

/** Whether Home has to ask before the first write, and the counted plan; null while the worker counts it. */
export type WriteQuestion = {
  run: ScoreRun;
  prefix: string;
  writeRunId: number | null;
  plan: CountedPlan | null;
};

/**
 * The question of the first write-back as it stands: null when there is none (writing was decided on, the import
 * is not complete, nobody is scored, or a write-back runs). Tags are known once the whole import is in.
 */
export async function questionOf(shopId: number): Promise<WriteQuestion | null> {
  const [settings, imported, run, writing] = await Promise.all([
    readSettings(shopId),
    latestImport(shopId),
    latestRun(shopId),
    latestWriteRun(shopId, 'asked'),
  ]);
  const open = settings.writeBack === 'not-asked' || settings.writeBack === 'not-now';
  if (!open || imported?.phase !== 'done' || run === null || run.summary.scored === 0) return null;
  if (writing !== null && isOpen(writing)) return null;
  // Scores by other settings are on their way, perhaps with other segments: their plan is what is asked for.
  if (run.scoringVersion !== settings.scoringVersion) return null;
  const prefix = settings.tagPrefix;
  const writeRunId = writing?.id ?? null;
  const { writePlan: plan } = run;
  const current = plan?.prefix === prefix && plan.writeRunId === writeRunId;
  return { run, prefix, writeRunId, plan: current ? plan : null };
}

/** The same for a page, which has the worker count what is not counted yet. */
export async function askedQuestion(payload: ShopPayload): Promise<WriteQuestion | null> {
  const question = await questionOf(payload.shopId);
  if (question !== null && question.plan === null) await enqueue(countWriteBack, payload);
  return question;
}
