import { readAppConfig, type AppConfig } from './app-config.ts';
import { startBulkMutation, startBulkQuery } from './bulk-start.ts';
import { FAITHFUL, type DeliveryFaults } from './delivery.ts';
import type { Started } from './bulk-model.ts';
import { createCallLog, type CallLog } from './call-log.ts';
import { createFileStore, type FileStore } from './file-store.ts';
import { randomSource, type RandomSource } from './generator-random.ts';
import type { ApiContext } from './model.ts';
import { openOffice, type ProtectedData, type ShopOffice, type StaffMember } from './shop-office.ts';
import { adminSchema } from './schema.ts';
import { createClock, type StandInClock } from './stand-in-clock.ts';
import type { FakeShop } from './store.ts';
import { createTrouble, type Trouble } from './trouble.ts';

/** How fast Shopify works on bulk operations; it publishes none of these, so they are stated here. */
export type BulkPace = {
  /** Seconds an operation waits before it begins. */
  readonly startSeconds: number;
  /** Objects a query writes per second. */
  readonly objectsPerSecond: number;
  /** Lines one mutation carries out per second. */
  readonly mutationLinesPerSecond: number;
  /** Codes that are added to a discount per second. */
  readonly codesPerSecond: number;
};

const BULK_PACE: BulkPace = {
  startSeconds: 5,
  objectsPerSecond: 5_000,
  mutationLinesPerSecond: 50,
  codesPerSecond: 250,
};

export type WorldOptions = {
  readonly shops: readonly FakeShop[];
  /** Client id and secret of the app, as in the app's environment. */
  readonly apiKey: string;
  readonly apiSecret: string;
  /** How many of Shopify's seconds pass in a real one; 1 unless told. */
  readonly timeScale?: number;
  /** Where webhooks with a relative uri go; without it none are sent. */
  readonly appUrl?: string;
  /** The app's toml unless told. */
  readonly app?: AppConfig;
  readonly protectedData?: ProtectedData;
  readonly bulkPace?: Partial<BulkPace>;
  /** Who works in the shops; one account owner unless told. */
  readonly staff?: readonly StaffMember[];
};

/** Everything the stand-in knows. */
export type World = {
  readonly apiKey: string;
  readonly apiSecret: string;
  appUrl: string | null;
  readonly app: AppConfig;
  readonly clock: StandInClock;
  readonly trouble: Trouble;
  /** What becomes of webhooks from now on, and the dice for it. */
  readonly delivery: { faults: DeliveryFaults; random: RandomSource };
  readonly calls: CallLog;
  readonly files: FileStore;
  readonly bulkPace: BulkPace;
  readonly offices: ReadonlyMap<string, ShopOffice>;
  startBulkQuery(query: string, groupObjects: boolean, api: ApiContext): Started;
  startBulkMutation(mutation: string, stagedUploadPath: string, api: ApiContext): Started;
  close(): Promise<void>;
};

/** @throws Error when Shopify's schema can be neither read from the cache nor fetched */
export async function createWorld(options: WorldOptions): Promise<World> {
  const admin = await adminSchema();
  const clock = createClock(options.timeScale ?? 1);
  const files = await createFileStore(clock);
  const offices = new Map<string, ShopOffice>();
  const world: World = {
    apiKey: options.apiKey,
    apiSecret: options.apiSecret,
    appUrl: options.appUrl ?? null,
    app: options.app ?? (await readAppConfig()),
    clock,
    trouble: createTrouble(),
    delivery: { faults: FAITHFUL, random: randomSource(1) },
    calls: createCallLog(),
    files,
    bulkPace: { ...BULK_PACE, ...options.bulkPace },
    offices,
    startBulkQuery: (query, groupObjects, api) => startBulkQuery(admin, query, groupObjects, api),
    startBulkMutation: (mutation, path, api) => startBulkMutation(admin, mutation, path, api),
    close: async () => {
      clock.stop();
      for (const office of offices.values()) office.close();
      await files.close();
    },
  };
  for (const shop of options.shops) offices.set(shop.domain, openOffice(world, shop, options));
  return world;
}
