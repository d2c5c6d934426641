import type { AppConfig } from './app-config.ts';
import type { CallLog } from './call-log.ts';
import type { ProtectedData, ShopOffice, StaffMember } from './shop-office.ts';
import type { StandInClock } from './stand-in-clock.ts';
import type { FakeShop } from './store.ts';
import type { Trouble } from './trouble.ts';

/** How fast Shopify works on bulk operations; it publishes none of these, so they are stated here. */
export type BulkPace = {
  /** Seconds an operation waits before it begins. */
  readonly startSeconds: number;
  /** Objects a query writes per second. */
  readonly objectsPerSecond: number;
  /** Lines one mutation carries out per second. */
  readonly mutationLinesPerSecond: number;
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
  readonly appUrl: string | null;
  readonly app: AppConfig;
  readonly clock: StandInClock;
  readonly trouble: Trouble;
  readonly calls: CallLog;
  readonly offices: ReadonlyMap<string, ShopOffice>;
  close(): Promise<void>;
};
