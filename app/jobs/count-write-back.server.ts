import { latestImport, type ImportRow } from '#app/models/imports.server.ts';
import { keepWritePlan, latestRun, type CountedPlan, type ScoreRun } from '#app/models/scores.server.ts';
import { readSettings, type Settings } from '#app/models/settings.server.ts';
import { isOpen, latestWriteRun, type WriteRun } from '#app/models/write-runs.server.ts';
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

/** Where a shop stands: pages read it once, and tell much from it. */
export type ShopFacts = {
  settings: Settings;
  imported: ImportRow | null;
  run: ScoreRun | null;
  /** The newest write-back that a merchant asked for. */
  asked: WriteRun | null;
};

/** Reads where a shop stands. */
export async function readShopFacts(shopId: number): Promise<ShopFacts> {
  const [settings, imported, run, asked] = await Promise.all([
    readSettings(shopId),
    latestImport(shopId),
    latestRun(shopId),
    latestWriteRun(shopId, 'asked'),
  ]);
  return { settings, imported, run, asked };
}

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
  return questionFrom(await readShopFacts(shopId));
}

/** The same, from where the shop stands. */
export function questionFrom({ settings, imported, run, asked: writing }: ShopFacts): WriteQuestion | null {
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
export async function askedQuestion(payload: ShopPayload, facts?: ShopFacts): Promise<WriteQuestion | null> {
  const question = questionFrom(facts ?? (await readShopFacts(payload.shopId)));
  if (question !== null && question.plan === null) await enqueue(countWriteBack, payload);
  return question;
}
