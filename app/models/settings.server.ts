import { isDeepStrictEqual } from 'node:util';
import type { Prisma } from '@prisma/client';
import type { PoolClient } from 'pg';
import { now } from '#app/clock.server.ts';
import { inShop, readInShop } from '#app/db.server.ts';
import type { OwnCutPoints } from '#app/rfm/own-cut-points.ts';
import { samePlaces } from '#app/rfm/own-scheme.ts';
import type { SchemeChoice } from '#app/rfm/schemes.ts';
import type { Cycle } from '#app/rfm/purchase-cycle.ts';
import { camelRow, given } from './stored-values.ts';

/** What the merchant decided. `version` grows by one on each save. */
export type Settings = SchemeChoice & {
  version: number;
  /** grows by one on each save that changes scores; a score run notes by which it scored */
  scoringVersion: number;
  countTest: boolean;
  countCancelled: boolean;
  countUnpaid: boolean;
  countZero: boolean;
  /** days, null = all time */
  windowDays: number | null;
  /** null until the first import chose */
  frequencyMethod: 'all-customers' | 'repeat-customers' | null;
  methodChosenBy: 'import' | 'merchant' | null;
  ownCutPoints: OwnCutPoints;
  /** those who buy for a company are scored among themselves */
  companiesApart: boolean;
  /** those who buy at the till only are scored among themselves */
  tillApart: boolean;
  /** without the colon */
  tagPrefix: string;
  /** 'removing' until everything of ours is taken back, 'undoing' until what was written is */
  writeBack: 'not-asked' | 'not-now' | 'on' | 'off' | 'removing' | 'undoing';
  /** the score run that was last planned for, 0 = planned without one, null = plan when writing or removing is wished */
  plannedRunId: number | null;
  /** the purchase cycle that was chosen; both null = the suggested one */
  cycleLength: number | null;
  cycleUnit: Cycle['unit'] | null;
  /** share of the price that is left after product cost, in percent; null = not said */
  marginPercent: number | null;
  /** while undoing: back to before which write-back */
  undoRunId: number | null;
};

type Kept = 'version' | 'scoringVersion' | 'plannedRunId' | 'undoRunId';
export type SettingsPatch = { [K in keyof Omit<Settings, Kept>]?: Settings[K] | undefined };

const SCORING = [
  'countTest',
  'countCancelled',
  'countUnpaid',
  'countZero',
  'windowDays',
  'frequencyMethod',
  'ownCutPoints',
  'companiesApart',
  'tillApart',
  'scheme',
] as const;
const WRITING = ['writeBack', 'tagPrefix'] as const;

/**
 * The settings of a shop.
 * @throws Error when the shop was never installed
 */
export async function readSettings(shopId: number): Promise<Settings> {
  const [row] = await readInShop(shopId, 'select * from settings where shop_id = $1');
  if (row === undefined) throw new Error('the shop was never installed');
  // The database checks the closed lists (see the migration), so this is what it says.
  const { updatedAt: _updatedAt, ...settings } = camelRow<Settings & { updatedAt: number }>(row);
  return settings;
}

/**
 * Saves `patch` over the settings that were read as `version`; refuses when someone else saved meanwhile. A change
 * of what scores rest on, or of what is written, is kept as a wish until a run has followed it.
 */
export async function saveSettings(
  shopId: number,
  version: number,
  patch: SettingsPatch,
): Promise<{ ok: true } | { ok: false; reason: 'changed-elsewhere' }> {
  const { ownScheme, ...rest } = patch;
  // Whoever changed them since then made another version of them.
  const before = await readSettings(shopId);
  const { count } = await inShop(shopId, (db) =>
    db.settings.updateMany({
      where: { shopId, version },
      data: {
        ...given(rest),
        ...(ownScheme && { ownScheme: ownScheme as Prisma.InputJsonObject }),
        ...(rescores(before, patch) && { scoringVersion: { increment: 1 } }),
        ...(rewrites(before, patch) && { plannedRunId: null }),
        ...(patch.writeBack !== undefined && patch.writeBack !== before.writeBack && { undoRunId: null }),
        version: { increment: 1 },
        updatedAt: new Date(now()),
      },
    }),
  );
  return count === 1 ? { ok: true } : { ok: false, reason: 'changed-elsewhere' };
}

/** Whether a patch changes what scores rest on. */
export function rescores(before: Settings, patch: SettingsPatch): boolean {
  return SCORING.some((key) => differs(before, patch, key)) || replaces(before, patch);
}

/** Whether a patch changes what is written of them. */
export function rewrites(before: Settings, patch: SettingsPatch): boolean {
  return WRITING.some((key) => differs(before, patch, key));
}

/** Whether the scheme of the merchant's own is in use afterwards and puts customers into other segments. */
function replaces(before: Settings, { scheme = before.scheme, ownScheme }: SettingsPatch): boolean {
  return scheme === 'own' && ownScheme !== undefined && !samePlaces(ownScheme, before.ownScheme);
}

function differs(before: Settings, patch: SettingsPatch, key: keyof SettingsPatch): boolean {
  return patch[key] !== undefined && !isDeepStrictEqual(patch[key], before[key]);
}

/** The purchase cycle that the merchant chose, null while none is. */
export function chosenCycle({ cycleLength, cycleUnit }: Settings): Cycle | null {
  return cycleLength === null || cycleUnit === null ? null : { length: cycleLength, unit: cycleUnit };
}

/** Stores the frequency method that the first scoring chose, with its scores; a choice made before stays. */
export async function chooseMethodOnce(
  client: PoolClient,
  shopId: number,
  frequencyMethod: 'all-customers' | 'repeat-customers',
): Promise<void> {
  await client.query(
    `update settings set frequency_method = $2, method_chosen_by = 'import', version = version + 1, updated_at = now()
     where shop_id = $1 and frequency_method is null`,
    [shopId, frequencyMethod],
  );
}

/**
 * Notes for which scores writing was planned last (0 = there were none), so that only newer ones are planned;
 * unless the settings changed since `version`, on which the plan rests.
 */
export async function markPlanned(shopId: number, version: number, scoreRunId: number): Promise<void> {
  await inShop(shopId, (db) =>
    db.settings.updateMany({ where: { shopId, version }, data: { plannedRunId: scoreRunId } }),
  );
}

/** Ends the wish to remove everything; Home offers to begin again. */
export async function endRemoval(shopId: number): Promise<void> {
  await inShop(shopId, (db) =>
    db.settings.updateMany({
      where: { shopId, writeBack: 'removing' },
      data: { writeBack: 'not-now', version: { increment: 1 }, updatedAt: new Date(now()) },
    }),
  );
}
