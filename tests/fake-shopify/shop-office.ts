import type { BulkOperations } from './bulk-operations.ts';
import type { FakeShop } from './store.ts';
import type { CostBucket } from './throttle.ts';
import type { TokenVault } from './token-vault.ts';
import type { Webhooks } from './webhooks.ts';

/** How far the app may see protected customer data: level 2 is names, e-mail, phone and address. */
export type ProtectedData = 'level-2' | 'level-1' | 'none';

/** Someone who works in the shop and may open the app. */
export type StaffMember = {
  readonly id: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly accountOwner: boolean;
  readonly locale: string;
};

/** One shop and what Shopify keeps beside its data for the app installed there. */
export type ShopOffice = {
  readonly shop: FakeShop;
  readonly bucket: CostBucket;
  readonly tokens: TokenVault;
  readonly bulk: BulkOperations;
  readonly webhooks: Webhooks;
  readonly staff: readonly StaffMember[];
  /** What the shop granted; changes count at once, also for tokens already out. */
  scopes: ReadonlySet<string>;
  protectedData: ProtectedData;
  installed: boolean;
  /** Answers every request with this status, e.g. 402 for a frozen shop. */
  refuseWith: 401 | 402 | 403 | 423 | null;
  /** Removes the app: tokens die at once and the app/uninstalled webhook is sent. */
  uninstall(): void;
};
