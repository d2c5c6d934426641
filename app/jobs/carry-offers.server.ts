import { carriedFor, tagOf, type StandingOffer } from '#app/campaigns/carried.ts';
import {
  deleteMetafields,
  setMetafields,
  type MetafieldDelete,
  type MetafieldSet,
} from '#app/shopify/customer-metafields.server.ts';
import { addTags, removeTags } from '#app/shopify/customer-tags.server.ts';
import type { JobContext } from './job.server.ts';
import { sendAll } from './send-direct.server.ts';
import { step } from './step.server.ts';

/** Customers whose two metafields one call carries. */
const CUSTOMERS_PER_CALL = 12;
const FIELDS = ['winback_code', 'winback_offer'] as const;

/** Customers, each with the offers it is to have afterwards. */
export type ToCarry = ReadonlyMap<number, readonly StandingOffer[]>;

/**
 * Makes the metafields of customers tell of the offers they have; of none, they are taken away. It ends the same however
 * often it is done. Whom Shopify refuses is returned with its words.
 */
export async function carryFields(
  { shop, admin }: JobContext,
  customers: ToCarry,
): Promise<Map<number, string>> {
  const { domain, currency, timeZone } = shop;
  const refused = new Map<number, string>();
  const set: MetafieldSet[] = [];
  const gone: MetafieldDelete[] = [];
  for (const [customerId, offers] of customers) {
    const carried = carriedFor(offers, { domain, currency: currency ?? '', timeZone: timeZone ?? 'UTC' });
    for (const key of FIELDS) {
      const value = key === 'winback_code' ? carried?.code : carried?.offer;
      if (value == null) gone.push({ customerId, key });
      else set.push({ customerId, key, value });
    }
  }
  const packs = [...packed(set, setMetafields), ...packed(gone, deleteMetafields)];
  await sendAll(packs, async (send) => {
    for (const { entry, reason } of (await step('offers.fields', () => send(admin))).refused)
      refused.set(entry.customerId, reason);
  });
  return refused;
}

/** Takes the marks of handed over messages off customers, as everything of ours is removed. */
export async function dropMarks({ admin }: JobContext, customers: readonly number[]): Promise<void> {
  const gone = customers.map((customerId) => ({ customerId, key: 'winback_mail' as const }));
  await sendAll(packed(gone, deleteMetafields), async (send) => {
    await step('offers.marks', () => send(admin));
  });
}

type Admin = JobContext['admin'];
type Refused = { refused: { entry: { customerId: number }; reason: string }[] };

function packed<T extends { customerId: number }>(
  entries: readonly T[],
  send: (admin: Admin, part: T[]) => Promise<Refused>,
): ((admin: Admin) => Promise<Refused>)[] {
  const size = CUSTOMERS_PER_CALL * FIELDS.length;
  return Array.from({ length: Math.ceil(entries.length / size) }, (_, n) => {
    const part = entries.slice(n * size, (n + 1) * size);
    return (admin) => send(admin, part);
  });
}

/** A campaign's tag on a customer. `anew`: it is there already, and is taken off first, so that putting it on is seen. */
export type CampaignTag = { customerId: number; slug: string; anew?: boolean };

/**
 * Puts campaigns' tags on customers, or takes them off. Whom Shopify refuses is returned with its words. To put one on
 * anew costs two calls and twice the points.
 */
export async function carryTags(
  { admin }: JobContext,
  change: 'add' | 'remove',
  tags: readonly CampaignTag[],
): Promise<Map<number, string>> {
  const refused = new Map<number, string>();
  const send = change === 'add' ? addTags : removeTags;
  await sendAll(tags, async ({ customerId, slug, anew }) => {
    const tag = [tagOf(slug)];
    if (anew === true) await step('offers.untag', () => removeTags(admin, customerId, tag));
    const outcome = await step('offers.tag', () => send(admin, customerId, tag));
    if (!outcome.done) refused.set(customerId, outcome.reason);
  });
  return refused;
}

/** Points that a customer costs: its tag, and its part of the metafields. One that is put on anew costs 10 more. */
const POINTS_A_CUSTOMER = 12;
/** Seconds that a batch takes at most once nothing is saved up: a stop is seen that soon. */
const BATCH_SECONDS = 2;

/** Customers of one batch. */
export function batchSize({ admin }: JobContext): number {
  const { restoreRate } = admin.throttle();
  return Math.max(10, Math.min(200, Math.floor((restoreRate * BATCH_SECONDS) / POINTS_A_CUSTOMER)));
}
