import { tokenSealer } from '#app/admin-for.server.ts';
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import { setTimeout as sleep } from 'node:timers/promises';
import { importShop } from '#app/jobs/import-shop.server.ts';
import { inShop } from '#app/db.server.ts';
import { planWriteBack } from '#app/jobs/plan-write-back.server.ts';
import { enqueue, openQueue, prepareQueue } from '#app/jobs/queue.server.ts';
import { reconcileChanges } from '#app/jobs/reconcile-changes.server.ts';
import { runJob } from '#app/jobs/run-job.server.ts';
import { JOBS } from '#app/jobs/workers.server.ts';
import { sessionRows } from '#app/models/sessions.server.ts';
import { readSettings, saveSettings, type SettingsPatch } from '#app/models/settings.server.ts';
import { installShop, type ShopRow } from '#app/models/shops.server.ts';
import { offlineSessionId } from '#app/shopify/tokens.ts';
import { generateShop, type GeneratorShares } from '#tests/fake-shopify/generator.ts';
import { fetchFrom } from '#tests/fake-shopify/redirected-fetch.ts';
import { startFakeShopify, type FakeShopify, type FakeShopifyOptions } from '#tests/fake-shopify/server.ts';
import { PLANS, type FakeShop, type ShopPlan } from '#tests/fake-shopify/store.ts';

/** A bulk pace at which small shops take no time. */
export const AT_ONCE = { startSeconds: 0, objectsPerSecond: 1_000_000, mutationLinesPerSecond: 1_000_000 };

export type Pipeline = {
  readonly shop: ShopRow;
  readonly fake: FakeShop;
  readonly shopify: FakeShopify;
  close(): Promise<void>;
};

let shops = 0;

/** A generated shop of 60 customers unless told, in which nobody installed anything yet. */
export function smallShop(
  options: {
    customers?: number;
    plan?: ShopPlan;
    shares?: Partial<GeneratorShares>;
    timeZone?: string;
    seed?: number;
  } = {},
): FakeShop {
  shops += 1;
  return generateShop({
    domain: `jobs-${process.pid}-${shops}.myshopify.com`,
    name: 'Jobs',
    currency: 'EUR',
    timeZone: options.timeZone ?? 'Europe/Berlin',
    plan: options.plan ?? PLANS.plus,
    seed: options.seed ?? 7,
    customers: options.customers ?? 60,
    until: Date.now() - 3_600_000,
    historyDays: 400,
    ...(options.shares && { shares: options.shares }),
  }).shop;
}

/** The shop behind the real HTTP interface, with the app installed and its offline token stored. */
export async function installed(
  fake: FakeShop,
  options: Partial<FakeShopifyOptions> = {},
): Promise<Pipeline> {
  const shopify = await startFakeShopify({
    shops: [fake],
    apiKey: 'test-client-id',
    apiSecret: 'test-client-secret-0123456789',
    bulkPace: AT_ONCE,
    ...options,
  });
  setAbstractFetchFunc(fetchFrom(shopify.url));
  const office = shopify.shop(fake.domain);
  office.installed = true;
  const { shop } = await installShop(fake.domain, [...office.scopes]);
  await storeToken(shopify, fake.domain);
  return { shop, fake, shopify, close: () => shopify.close() };
}

/** Installs the app into the shop of a pipeline once more, after an uninstall. */
export async function installAgain(pipeline: Pipeline): Promise<Pipeline> {
  const { shopify, fake } = pipeline;
  const { shop } = await installShop(fake.domain, [...shopify.shop(fake.domain).scopes]);
  await storeToken(shopify, fake.domain);
  return { ...pipeline, shop };
}

/** Stores an offline token as an install does. */
export async function storeToken(shopify: FakeShopify, domain: string): Promise<void> {
  const office = shopify.shop(domain);
  const { accessToken, refreshToken } = office.tokens.issue('offline-expiring', null);
  const id = offlineSessionId(domain);
  await sessionRows.write({
    id,
    shop: domain,
    state: '',
    isOnline: false,
    scope: [...office.scopes].join(','),
    expires: Date.now() + 3_000_000,
    accessToken: tokenSealer.seal(accessToken, id),
    refreshToken: tokenSealer.seal(refreshToken ?? '', id),
    refreshTokenExpires: Date.now() + 86_400_000,
    userId: null,
    accountOwner: null,
  });
}

/** Saves settings as the merchant would. */
export async function decide(shopId: number, patch: SettingsPatch): Promise<void> {
  const { version } = await readSettings(shopId);
  await saveSettings(shopId, version, patch);
}

/** Imports, scores, and writes back when the settings say so, until nothing is queued. */
export async function runPipeline({ shop }: Pipeline, options: DrainOptions = {}): Promise<void> {
  await enqueue(importShop, { shopId: shop.id, generation: shop.generation });
  await drain(options);
}

/** Plans and sends what differs now. */
export async function writeNow({ shop }: Pipeline, options: DrainOptions = {}): Promise<void> {
  await enqueue(planWriteBack, { shopId: shop.id, generation: shop.generation });
  await drain(options);
}

/** Looks at what changed at Shopify, as the worker does every quarter of an hour, and follows it to the end. */
export async function lookAgain({ shop }: Pipeline, options: DrainOptions = {}): Promise<void> {
  await passSinceLooks(shop.id, 20);
  await enqueue(reconcileChanges, { shopId: shop.id, generation: shop.generation });
  await drain(options);
}

/** Makes every look, and the end of the import, so many minutes older than it is. */
export async function passSinceLooks(shopId: number, minutes: number): Promise<void> {
  await inShop(shopId, async (db) => {
    await db.$executeRaw`update reconciliations set started_at = started_at - ${minutes} * interval '1 minute',
      finished_at = finished_at - ${minutes} * interval '1 minute'`;
    await db.$executeRaw`update imports set finished_at = finished_at - ${minutes} * interval '1 minute'`;
  });
}

export type DrainOptions = {
  /** What to do when a run throws; rethrown unless told. */
  onCrash?: (error: unknown) => void;
  /** Called between runs; true ends the draining. */
  until?: () => Promise<boolean> | boolean;
  /** Lets each run take one step, as when its worker is told to stop; otherwise it goes on for its turn. */
  oneStep?: boolean;
};

/** Runs queued jobs one after another, postponed ones at once, until there are none. */
export async function drain({ onCrash, until, oneStep }: DrainOptions = {}): Promise<void> {
  const boss = await openQueue();
  for (const job of JOBS) await prepareQueue(boss, job);
  // Asked once for all queues: most are empty at any moment.
  const names = async (): Promise<Set<string>> => {
    const { rows } = await boss
      .getDb()
      .executeSql(`select distinct name from pgboss.job where state < 'active'`);
    return new Set((rows as { name: string }[]).map(({ name }) => name));
  };
  for (let idle = false; !idle;) {
    idle = true;
    let waiting = await names();
    for (const job of JOBS) {
      if (await until?.()) return;
      if (!waiting.has(job.name)) continue;
      const [claimed] = await boss.fetch(job.name, { ignoreStartAfter: true });
      if (claimed === undefined) continue;
      idle = false;
      try {
        await runJob(job, claimed.data, oneStep ? AbortSignal.abort() : new AbortController().signal);
        await boss.complete(job.name, claimed.id);
      } catch (error) {
        await boss.complete(job.name, claimed.id);
        if (onCrash === undefined) throw error;
        onCrash(error);
        await enqueue(job, job.payload.parse(claimed.data));
      }
      await sleep(5);
      waiting = await names();
    }
  }
}
