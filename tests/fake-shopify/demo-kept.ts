import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keptDatabase } from './demo-database.ts';
import type { DemoOptions } from './demo-options.ts';
import { demoSecrets, type DemoSecrets } from './demo-secrets.ts';
import type { ShopTruth } from './generator.ts';
import type { ShopOffice } from './shop-office.ts';
import { keepJournal, loadShop, saveShop } from './store-journal.ts';
import type { FakeShop } from './store.ts';
import type { SavedTokens } from './token-vault.ts';

const FOLDER = join(import.meta.dirname, '../../.data/demo');
const SHOP_FILE = join(FOLDER, 'shop.jsonl');
const INSTALL_FILE = join(FOLDER, 'install.json');

type Install = {
  /** Also the comment of the database: a shop and a database that do not know each other begin anew. */
  readonly twin: string;
  readonly made: string;
  readonly secrets: DemoSecrets;
  readonly installed: boolean;
  readonly tokens: SavedTokens | null;
};

/**
 * Database and shop of the interactive demo. Both are there from the last time, or both are new: when one is
 * missing, or other options ask for another shop.
 */
export async function keptDemo(
  options: DemoOptions,
  make: () => Promise<{ readonly shop: FakeShop; readonly truth: ShopTruth | null }>,
) {
  const database = await keptDatabase();
  const made = madeFrom(options);
  let install = readInstall();
  let shop: FakeShop;
  let truth: ShopTruth | null = null;
  if (install !== null && install.twin === database.twin && install.made === made) {
    await database.migrate();
    shop = await loadShop(SHOP_FILE);
  } else {
    ({ shop, truth } = await make());
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
    await saveShop(shop, SHOP_FILE);
    const twin = randomBytes(12).toString('hex');
    install = { twin, made, secrets: demoSecrets(), installed: false, tokens: null };
    writeInstall(install);
    await database.begin(twin);
  }
  const stopJournal = keepJournal(shop, SHOP_FILE);
  const kept = install;
  return {
    url: database.url,
    shop,
    /** What is true of the customers of a shop that was made just now; null of one that was there. */
    truth,
    secrets: kept.secrets,
    /** Gives the stand-in the tokens that are out, and writes them down whenever they change. */
    attend: (office: ShopOffice): void => {
      if (kept.tokens !== null) office.tokens.restore(kept.tokens);
      office.installed = kept.installed;
      office.tokens.onChange = () =>
        writeInstall({ ...kept, installed: office.installed, tokens: office.tokens.saved() });
    },
    close: async (): Promise<void> => {
      stopJournal();
      await database.close();
    },
  };
}

function madeFrom({ orders, timeZone, customers, seed, plan, asOf }: DemoOptions): string {
  const size = orders === null ? null : statSync(orders).size;
  return JSON.stringify({ orders, size, timeZone, customers, seed, plan, asOf });
}

function readInstall(): Install | null {
  if (!existsSync(INSTALL_FILE) || !existsSync(SHOP_FILE)) return null;
  return JSON.parse(readFileSync(INSTALL_FILE, 'utf8')) as Install;
}

function writeInstall(install: Install): void {
  writeFileSync(`${INSTALL_FILE}.new`, JSON.stringify(install), { mode: 0o600 });
  renameSync(`${INSTALL_FILE}.new`, INSTALL_FILE);
}
