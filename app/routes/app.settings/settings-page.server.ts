import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { OwnField, OwnFields } from '#app/components/own-cut-points.tsx';
import type { SettingsProblems, SettingsValues } from '#app/components/settings-form.tsx';
import type { ShopRow } from '#app/db.server.ts';
import { planWriteBack } from '#app/jobs/plan-write-back.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { simulate } from '#app/jobs/simulate.server.ts';
import type { SignedIn } from '#app/merchant.server.ts';
import { noteGuideStep } from '#app/models/home-choices.server.ts';
import { countPopulations } from '#app/models/populations.server.ts';
import { latestRun, type ScoreRun } from '#app/models/scores.server.ts';
import {
  readSettings,
  saveSettings,
  type Settings,
  type SettingsPatch,
} from '#app/models/settings.server.ts';
import { askSimulation } from '#app/models/simulations.server.ts';
import { staffOf } from '#app/models/staff.server.ts';
import { countWritten } from '#app/models/written.server.ts';
import { limitShop, useUp } from '#app/rate-limit.server.ts';
import type { Buyers } from '#app/components/populations-card.tsx';
import { apartState } from '#app/rfm/apart.ts';
import { formatDecimal } from '#app/rfm/money.ts';
import type { OwnCutPoints } from '#app/rfm/own-cut-points.ts';
import { suggestCycle } from '#app/rfm/purchase-cycle.ts';
import type { Dimension } from '#app/rfm/ranges.ts';
import type { CutPoints } from '#app/rfm/scores.ts';
import { parseSettings, type SettingsInput } from './parse-settings.ts';

const REMOVAL = z.strictObject({ intent: z.literal('remove-all') });

export type SettingsAnswer =
  | { result: 'saved' | 'removing' | 'changed-elsewhere' | 'too-often' }
  | { result: 'invalid'; problems: SettingsProblems }
  | { result: 'simulating'; number: number };

/** The settings as the form holds them, the figures beside them, and who may change them: null to those who may not. */
export async function readSettingsPage(shop: ShopRow, user: SignedIn['user']) {
  const [settings, run, written, people, counts] = await Promise.all([
    readSettings(shop.id),
    latestRun(shop.id),
    countWritten(shop.id),
    user.manages ? staffOf(shop.id) : null,
    countPopulations(shop.id),
  ]);
  const { version, windowDays, writeBack, countTest, countCancelled, countUnpaid, countZero } = settings;
  const suggestion = suggestCycle(run?.summary.gaps);
  const suggested = suggestion.kind === 'days' ? suggestion.length : null;
  const values: SettingsValues = {
    countTest,
    countCancelled,
    countUnpaid,
    countZero,
    frequencyMethod: settings.frequencyMethod,
    own: ownFields(settings.ownCutPoints, run?.cutPoints ?? null, shop.currency ?? 'XXX'),
    companiesApart: settings.companiesApart,
    tillApart: settings.tillApart,
    tagPrefix: settings.tagPrefix,
    window: windowDays === null ? 'all' : 'days',
    windowDays: String(windowDays ?? 365),
    writeBack: writeBack === 'on' ? true : writeBack === 'off' ? false : null,
    cycleUnit: settings.cycleUnit ?? 'suggested',
    cycleLength: String(settings.cycleLength ?? suggested ?? ''),
    marginPercent: String(settings.marginPercent ?? ''),
  };
  return {
    values,
    version,
    written,
    suggested,
    currency: shop.currency,
    leftOut: run?.orderCounts.leftOut ?? null,
    buyers: run && buyersOf(run, settings, counts),
    people,
    scheme: settings.scheme,
    you: user.id,
  };
}

/** How many are of each population, and how each is scored. */
function buyersOf(run: ScoreRun, settings: Settings, counts: Buyers['counts']): Buyers {
  const { scored } = run.summary;
  const state = (population: keyof Buyers['counts']) =>
    apartState(population, run.cutPoints, settings, { ...counts, scored });
  return {
    asOf: run.asOf,
    scored,
    counts,
    states: { b2b: state('b2b'), mixed: state('mixed'), pos: state('pos') },
  };
}

/** The merchant's cut points as fields; where there are none, those of the last run to begin from. */
function ownFields(own: OwnCutPoints, last: CutPoints | null, currency: string): OwnFields {
  const field = (dimension: Dimension): OwnField => {
    const bounds = own[dimension] ?? last?.[dimension] ?? [null, null, null, null];
    const text = (bound: number | null): string =>
      bound === null ? '' : dimension === 'm' ? formatDecimal(bound, currency) : String(bound);
    return { on: own[dimension] !== undefined, at: bounds.map(text) as OwnField['at'] };
  };
  return { r: field('r'), f: field('f'), m: field('m') };
}

/**
 * Carries out what was sent from the settings page.
 * @throws Response 400 when the form is not the page's, 429 when a removal was asked for too often
 */
export async function answerSettings(shop: ShopRow, sent: FormData): Promise<SettingsAnswer> {
  const payload = { shopId: shop.id, generation: shop.generation };
  if (REMOVAL.safeParse(Object.fromEntries(sent)).success) {
    limitShop('launch', shop.id);
    await wishRemoval(shop.id);
    await enqueue(planWriteBack, payload);
    return { result: 'removing' };
  }
  const parsed = parseSettings(sent, shop.currency ?? 'XXX');
  if (parsed === null) throw new Response(null, { status: 400 });
  if (!parsed.ok) return { result: 'invalid', problems: parsed.problems };
  const before = await readSettings(shop.id);
  const { version, patch } = patchOf(before, parsed.input);
  if (parsed.input.intent === 'simulate') {
    if (version !== before.version) return { result: 'changed-elsewhere' };
    // No error: the page would lose what was typed.
    if (useUp('preview', shop.id) > 0) return { result: 'too-often' };
    const number = await askSimulation(shop.id, { version, wish: patch, asOf: null });
    await enqueue(simulate, payload);
    return { result: 'simulating', number };
  }
  if (wasSaved(before, parsed.input)) return { result: 'saved' };
  const saved = await saveSettings(shop.id, version, patch);
  // Both of a double click may have found the settings as they were.
  if (!saved.ok && wasSaved(await readSettings(shop.id), parsed.input)) return { result: 'saved' };
  if (!saved.ok) return { result: 'changed-elsewhere' };
  await noteGuideStep(shop.id, 'orders');
  const { scoringVersion } = await readSettings(shop.id);
  if (scoringVersion !== before.scoringVersion) await enqueue(scoreCustomers, payload);
  if (patch.writeBack === 'on' && before.writeBack !== 'on') await enqueue(planWriteBack, payload);
  return { result: 'saved' };
}

/** Whether the same form was sent before: everything is as it wants it. */
function wasSaved(settings: Settings, input: SettingsInput): boolean {
  const { version, patch } = patchOf(settings, input);
  return version === settings.version - 1 && isSame(settings, patch);
}

function patchOf(before: Settings, input: SettingsInput): { version: number; patch: SettingsPatch } {
  const { intent: _, version, writeBack, frequencyMethod, ...rest } = input;
  const patch: SettingsPatch = { ...rest, writeBack: before.writeBack };
  if (frequencyMethod !== null && frequencyMethod !== before.frequencyMethod) {
    patch.frequencyMethod = frequencyMethod;
    patch.methodChosenBy = 'merchant';
  }
  const consented = before.writeBack === 'on' || before.writeBack === 'off';
  if (consented) patch.writeBack = writeBack ? 'on' : 'off';
  // Every tag changes with its prefix, so Home asks again before anything is written.
  if (consented && input.tagPrefix !== before.tagPrefix) patch.writeBack = 'not-asked';
  return { version, patch };
}

function isSame(before: Settings, patch: SettingsPatch): boolean {
  return Object.entries(patch).every(([key, value]) =>
    isDeepStrictEqual(before[key as keyof SettingsPatch], value),
  );
}

/** Stores that everything is to be taken back, which ends writing too; Home offers to begin again after it. */
async function wishRemoval(shopId: number): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const { version, writeBack } = await readSettings(shopId);
    if (writeBack === 'removing') return;
    if ((await saveSettings(shopId, version, { writeBack: 'removing' })).ok) return;
  }
  throw new Error('settings of the shop change too fast');
}
