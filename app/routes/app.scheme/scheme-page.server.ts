import { isDeepStrictEqual } from 'node:util';
import type { ShopRow } from '#app/db.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { simulate } from '#app/jobs/simulate.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import {
  readSettings,
  rescores,
  saveSettings,
  type Settings,
  type SettingsPatch,
} from '#app/models/settings.server.ts';
import { namingSegments } from '#app/models/saved-segments.server.ts';
import { askSimulation } from '#app/models/simulations.server.ts';
import { useUp } from '#app/rate-limit.server.ts';
import { MOST_SLUGS, withFormer } from '#app/rfm/own-scheme.ts';
import { parseScheme, type SchemeInput } from './parse-scheme.ts';

export type SchemeAnswer =
  | { result: 'saved' | 'changed-elsewhere' | 'invalid' | 'too-many' | 'too-often' }
  | { result: 'simulating'; number: number };

/** The scheme of the settings, when what it would do would be written, and what else goes by it. */
export async function readScheme(shop: ShopRow) {
  const [settings, run, naming] = await Promise.all([
    readSettings(shop.id),
    latestRun(shop.id),
    namingSegments(shop.id),
  ]);
  const { scheme, ownScheme, version, writeBack } = settings;
  return {
    scheme,
    ownScheme,
    version,
    writes: writeBack === 'off' ? 'off' : 'asked',
    scored: run !== null,
    naming,
  } as const;
}

/**
 * Carries out what was sent from the page of the scheme.
 * @throws Response 400 when the form is not the page's
 */
export async function answerScheme(shop: ShopRow, sent: FormData): Promise<SchemeAnswer> {
  const input = parseScheme(sent);
  if (input === null) throw new Response(null, { status: 400 });
  if (input === 'invalid') return { result: 'invalid' };
  const payload = { shopId: shop.id, generation: shop.generation };
  const before = await readSettings(shop.id);
  const patch = patchOf(before, input);
  const own = patch.ownScheme;
  if (own && own.segments.length + own.former.length > MOST_SLUGS) return { result: 'too-many' };
  if (input.intent === 'simulate') {
    if (input.version !== before.version) return { result: 'changed-elsewhere' };
    if (useUp('preview', shop.id) > 0) return { result: 'too-often' };
    const number = await askSimulation(shop.id, { version: input.version, wish: patch, asOf: null });
    await enqueue(simulate, payload);
    return { result: 'simulating', number };
  }
  const saved = await saveSettings(shop.id, input.version, patch);
  if (!saved.ok) return (await wasSaved(shop, input)) ? { result: 'saved' } : { result: 'changed-elsewhere' };
  if (rescores(before, patch)) await enqueue(scoreCustomers, payload);
  return { result: 'saved' };
}

/** Whether the same form was sent before, as by a double click. */
async function wasSaved(shop: ShopRow, input: SchemeInput): Promise<boolean> {
  const { version, scheme, ownScheme } = await readSettings(shop.id);
  const { axes, segments } = ownScheme ?? {};
  const same = input.own === null || isDeepStrictEqual(input.own, { axes, segments });
  return version === input.version + 1 && scheme === input.scheme && same;
}

function patchOf(before: Settings, { scheme, own }: SchemeInput): SettingsPatch {
  const patch: SettingsPatch = { scheme };
  if (own !== null) patch.ownScheme = withFormer(own, before.ownScheme);
  // Every tag may change with its segments, so Home asks again before anything is written.
  if (before.writeBack === 'on' && rescores(before, patch)) patch.writeBack = 'not-asked';
  return patch;
}
