import { sqlInShop } from '#app/db.server.ts';
import { contested, withoutTags } from '#app/models/following-writes.server.ts';
import { addPending, beginAllPending, endAllPending } from '#app/models/pending.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import type { StoredPlan } from '#app/models/write-runs.server.ts';
import { unsettledWrites } from '#app/models/unsettled-writes.server.ts';
import { heldAmong } from '#app/models/write-holds.server.ts';
import { nextPlanRange, readPlanRows } from '#app/models/written.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { schemeOf } from '#app/rfm/schemes.ts';
import { chooseTransport, createPlanTotals } from '#app/rfm/write-cost.ts';
import {
  desired,
  ourTags,
  planCustomer,
  withBefore,
  type NotedWrite,
  type OurTags,
  type PlannedWrite,
  type ScoredRow,
} from '#app/rfm/write-plan.ts';
import type { AdminClient } from '#app/shopify/admin.server.ts';

/** Customers planned at a time. */
const CUSTOMERS_AT_ONCE = 5_000;

/** What writing now would send; looks at every customer, stores and sends nothing. */
export async function previewWriteBack(shopId: number, admin: AdminClient): Promise<StoredPlan> {
  const settings = await readSettings(shopId);
  return countPlan(shopId, ourTags(settings.tagPrefix, schemeOf(settings)), false, admin);
}

/**
 * Adds up what a write-back would send.
 * @param follows as for `walkPlan`
 * @param scoredOf the same
 */
export async function countPlan(
  shopId: number,
  ours: OurTags,
  cleanUp: boolean,
  admin: AdminClient,
  follows: Day | null = null,
  scoredOf?: (customerId: number) => ScoredRow | null,
): Promise<StoredPlan> {
  const totals = createPlanTotals();
  await walkPlan(shopId, { ours, cleanUp, follows, scoredOf }, null, totals.add);
  const sums = totals.finish();
  const { restoreRate, currentlyAvailable } = admin.throttle();
  const transport = chooseTransport(sums.calls, { restoreRate, available: currentlyAvailable });
  return { ...sums, seconds: transport.seconds, transport, cleanUp, problem: null };
}

type Walk = {
  ours: OurTags;
  cleanUp: boolean;
  follows: Day | null;
  scoredOf?: ((customerId: number) => ScoredRow | null) | undefined;
};
type Client = Parameters<typeof readPlanRows>[0];
type Row = NotedWrite & { customerId: number };

/**
 * Walks through every customer once, in one transaction, handing the planned rows on in portions.
 * @param follows the day scores are as of when nobody asked for this plan, so that tags somebody else keeps taking away
 *   are left to tomorrow; null = they are put right
 * @param scoredOf other scores to plan for than those stored
 * @param keep journals them, null = they are only counted
 */
export async function walkPlan(
  shopId: number,
  { ours, cleanUp, follows, scoredOf }: Walk,
  keep: ((client: Client, rows: Row[]) => Promise<void>) | null,
  count: (writes: readonly PlannedWrite[]) => void = () => {},
): Promise<void> {
  // Before anyone is looked at: whoever is noted from now on may differ from what is planned here.
  if (keep !== null) await beginAllPending(shopId, 'write');
  await sqlInShop(shopId, async (client) => {
    const unsettled = await unsettledWrites(client, shopId, null);
    const quarrels = follows === null ? null : await contested(client, shopId, null);
    // What the merchant removes goes from everyone, and so from them.
    const held = cleanUp ? new Set<number>() : await heldAmong(client, shopId, null);
    for (let after = 0; after < Number.MAX_SAFE_INTEGER;) {
      const range = await nextPlanRange(client, shopId, after, CUSTOMERS_AT_ONCE);
      const rows: Row[] = [];
      await readPlanRows(client, shopId, range, ({ customerId, scored, written, tags }) => {
        const left = unsettled.get(customerId);
        unsettled.delete(customerId);
        if (held.has(customerId)) return;
        const standing = scoredOf === undefined ? scored : scoredOf(customerId);
        const all = planCustomer(desired(cleanUp ? null : standing, ours), written, tags, ours, left);
        const writes = quarrels?.has(customerId) ? withoutTags(all) : all;
        count(writes);
        for (const write of withBefore(writes, written, left)) rows.push({ customerId, ...write });
      });
      await keep?.(client, rows);
      after = range.upTo;
    }
    // Customers of whom nothing else is stored any more.
    const rest: Row[] = [];
    for (const [customerId, left] of unsettled) {
      if (held.has(customerId)) continue;
      const writes = planCustomer(null, null, [], ours, left);
      count(writes);
      for (const write of withBefore(writes, null, left)) rest.push({ customerId, ...write });
    }
    await keep?.(client, rest);
    if (keep !== null) await endLooked(client, shopId, follows);
  });
}

/** Nobody has to be looked at any more who was noted before a plan of everyone, but for those it left to tomorrow. */
export async function endLooked(client: Client, shopId: number, follows: Day | null): Promise<void> {
  await endAllPending(client, shopId, 'write');
  if (follows === null) return;
  const quarrels = await contested(client, shopId, null);
  await addPending(client, shopId, 'write', [...quarrels], follows + 1);
}
