import type { Settings as StoredSettings } from '@prisma/client';
import { now } from '#app/clock.server.ts';
import { inShop } from '#app/db.server.ts';
import { given } from './stored-values.ts';

/** What the merchant decided. `version` grows by one on each save. */
export type Settings = {
  version: number;
  countTest: boolean;
  countCancelled: boolean;
  countUnpaid: boolean;
  countZero: boolean;
  /** days, null = all time */
  windowDays: number | null;
  /** null until the first import chose */
  frequencyMethod: 'all-customers' | 'repeat-customers' | null;
  methodChosenBy: 'import' | 'merchant' | null;
  /** without the colon */
  tagPrefix: string;
  writeBack: 'not-asked' | 'not-now' | 'on' | 'off';
};

export type SettingsPatch = { [K in keyof Omit<Settings, 'version'>]?: Settings[K] | undefined };

/**
 * The settings of a shop.
 * @throws Error when the shop was never installed
 */
export async function readSettings(shopId: number): Promise<Settings> {
  const row = await inShop(shopId, (db) => db.settings.findUniqueOrThrow({ where: { shopId } }));
  return fromStored(row);
}

/**
 * Saves `patch` over the settings that were read as `version`; refuses when someone else saved meanwhile.
 */
export async function saveSettings(
  shopId: number,
  version: number,
  patch: SettingsPatch,
): Promise<{ ok: true } | { ok: false; reason: 'changed-elsewhere' }> {
  const { count } = await inShop(shopId, (db) =>
    db.settings.updateMany({
      where: { shopId, version },
      data: { ...given(patch), version: { increment: 1 }, updatedAt: new Date(now()) },
    }),
  );
  return count === 1 ? { ok: true } : { ok: false, reason: 'changed-elsewhere' };
}

/** Stores the frequency method that the first import chose; a choice made before stays. */
export async function chooseMethodOnce(
  shopId: number,
  frequencyMethod: 'all-customers' | 'repeat-customers',
): Promise<void> {
  await inShop(shopId, (db) =>
    db.settings.updateMany({
      where: { shopId, frequencyMethod: null },
      data: {
        frequencyMethod,
        methodChosenBy: 'import',
        version: { increment: 1 },
        updatedAt: new Date(now()),
      },
    }),
  );
}

// The database checks the closed lists (see the migration), so the narrowing holds.
function fromStored({ shopId: _shopId, updatedAt: _updatedAt, ...row }: StoredSettings): Settings {
  return row as Settings;
}
