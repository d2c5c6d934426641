import { createCodeCreations, type CodeCreations } from './code-creations.ts';
import { withImplied } from './access-rules.ts';
import { createBulkOperations, type BulkOperations } from './bulk-operations.ts';
import { gid } from './gid.ts';
import { APP_NAMESPACE } from './metafield-rules.ts';
import { dateTime } from './model.ts';
import { complianceWebhook, scopesWebhook, shopWebhook } from './shop-webhooks.ts';
import type { World } from './stand-in-world.ts';
import { takeId, type FakeShop, type ShopChange } from './store.ts';
import { createBucket, type CostBucket } from './throttle.ts';
import { createTokenVault, type TokenVault } from './token-vault.ts';
import { webhooksFor } from './webhook-payloads.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

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

/** The account owner of a shop for which no staff was named. */
export const OWNER: StaffMember = {
  id: 1001,
  firstName: 'Olive',
  lastName: 'Owner',
  email: 'olive@example.com',
  accountOwner: true,
  locale: 'en',
};

/** Two more people for a shop whose roles matter. */
export const CLERKS: readonly StaffMember[] = [
  {
    id: 1002,
    firstName: 'Mara',
    lastName: 'Miller',
    email: 'mara@example.com',
    accountOwner: false,
    locale: 'en',
  },
  {
    id: 1003,
    firstName: 'Sten',
    lastName: 'Sand',
    email: 'sten@example.com',
    accountOwner: false,
    locale: 'en',
  },
];

/** One shop and what Shopify keeps beside its data for the app installed there. */
export type ShopOffice = {
  readonly shop: FakeShop;
  readonly bucket: CostBucket;
  readonly tokens: TokenVault;
  readonly bulk: BulkOperations;
  /** Codes that are being added to discounts. */
  readonly codeCreations: CodeCreations;
  readonly webhooks: Webhooks;
  readonly staff: readonly StaffMember[];
  /** What the shop granted; replace the set to change it: it counts at once, also for tokens already out. */
  scopes: ReadonlySet<string>;
  protectedData: ProtectedData;
  installed: boolean;
  /** When the app was last removed, by the stand-in’s clock; session tokens from before do not install it again. */
  uninstalledAt: number | null;
  /** Answers every request with this status, e.g. 402 for a frozen shop. */
  refuseWith: 401 | 402 | 403 | 423 | null;
  /** Removes the app: its tokens die, its operations stop, and app/uninstalled is sent. */
  uninstall(): void;
  /** Grants these scopes instead of the former ones and sends app/scopes_update. */
  grant(scopes: Iterable<string>): void;
  /** Changes what the merchant may change of the shop and sends shop/update. */
  change(facts: Partial<Pick<FakeShop, 'name' | 'currency' | 'timeZone'>>): void;
  /** Sends customers/data_request: a customer asks what is known. Installed or not, as all three of these. */
  requestData(customerId: number): void;
  /** Sends customers/redact: a customer is to be erased. */
  redactCustomer(customerId: number): void;
  /** Sends shop/redact, which comes two days after an uninstall. */
  redactShop(): void;
  /** Stops listening to the shop. */
  close(): void;
};

type OfficeOptions = { readonly protectedData?: ProtectedData; readonly staff?: readonly StaffMember[] };

/** Opens the books of a shop: its metafield definitions come from the app's toml, its changes become webhooks. */
export function openOffice(world: World, shop: FakeShop, options: OfficeOptions): ShopOffice {
  const { app, clock } = world;
  for (const { key, name, type, adminFilterable } of app.customerMetafields) {
    const definition = { id: takeId(shop), namespace: APP_NAMESPACE, key, name, type, adminFilterable };
    shop.metafieldDefinitions.set(`${APP_NAMESPACE}.${key}`, definition);
  }
  const webhooks = createWebhooks(world, shop);
  const bulk = createBulkOperations(clock, world.bulkPace);
  const tokens = createTokenVault(clock);
  const hear = (change: ShopChange): void => {
    if (!office.installed) return;
    // Of discounts Shopify tells nobody who may not read them.
    if ('discountId' in change && !withImplied(office.scopes).has('read_discounts')) return;
    webhooksFor(shop, change).forEach(webhooks.send);
  };
  shop.listeners.add(hear);
  bulk.onEnd = (operation) => {
    if (!office.installed) return;
    const payload = {
      admin_graphql_api_id: gid('BulkOperation', operation.id),
      created_at: dateTime(operation.createdAt),
      completed_at: operation.completedAt === null ? null : dateTime(operation.completedAt),
      error_code: operation.errorCode?.toLowerCase() ?? null,
      status: operation.status.toLowerCase(),
      type: operation.type.toLowerCase(),
    };
    webhooks.send({ topic: 'bulk_operations/finish', payload });
  };
  const office: ShopOffice = {
    shop,
    bucket: createBucket(shop.plan, clock),
    tokens,
    bulk,
    codeCreations: createCodeCreations(shop, clock, world.bulkPace),
    webhooks,
    staff: options.staff ?? [OWNER],
    scopes: new Set(app.scopes),
    protectedData: options.protectedData ?? 'level-2',
    installed: false,
    uninstalledAt: null,
    refuseWith: null,
    uninstall: () => {
      office.installed = false;
      office.uninstalledAt = clock.now();
      tokens.revokeAll();
      bulk.all.forEach(bulk.cancel);
      webhooks.send(shopWebhook('app/uninstalled', shop, clock.now()));
    },
    grant: (scopes) => {
      const former = office.scopes;
      office.scopes = new Set(scopes);
      if (office.installed) webhooks.send(scopesWebhook(former, scopes, clock.now()));
    },
    change: (facts) => {
      Object.assign(shop, facts);
      if (office.installed) webhooks.send(shopWebhook('shop/update', shop, clock.now()));
    },
    requestData: (customerId) => webhooks.send(complianceWebhook('customers/data_request', shop, customerId)),
    redactCustomer: (customerId) => webhooks.send(complianceWebhook('customers/redact', shop, customerId)),
    redactShop: () => webhooks.send(complianceWebhook('shop/redact', shop)),
    close: () => {
      shop.listeners.delete(hear);
    },
  };
  return office;
}
