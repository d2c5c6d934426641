import {
  codesOf,
  discountsById,
  noteOpen,
  noteLost,
  type CampaignDiscount,
} from '#app/models/campaign-discounts.server.ts';
import {
  askAgain,
  batchesAsked,
  batchesToAsk,
  endBatch,
  noteAsked,
  type BatchEnd,
  type CodeBatch,
} from '#app/models/code-batches.server.ts';
import {
  askForCodes,
  codeCreations,
  CREATIONS_PER_CALL,
  failedCodes,
  ownersOf,
} from '#app/shopify/discount-codes.server.ts';
import { discountsNow } from '#app/shopify/discounts-now.server.ts';
import { letUse } from '#app/shopify/discounts.server.ts';
import { stillThere } from '#app/shopify/orders-by-id.server.ts';
import type { JobContext } from './job.server.ts';
import { kindOf, MOST_BOUND } from './make-discount.server.ts';
import { sendAll } from './send-direct.server.ts';
import { step } from './step.server.ts';

/** Calls that are made in one step. */
const CALLS = 20;

/** Makes the calls that are noted. False when there were none. */
export async function askForNoted({ shop, admin }: JobContext): Promise<boolean> {
  const batches = await step('codes.noted', () => batchesToAsk(shop.id, CALLS));
  if (batches.length === 0) return false;
  const discounts = await step('codes.discounts', () =>
    discountsById(shop.id, [...new Set(batches.map(({ discountId }) => discountId))]),
  );
  for (const [id, its] of Map.groupBy(batches, ({ discountId }) => discountId)) {
    const discount = discounts.get(id);
    if (discount === undefined || discount.gid === null) continue;
    const there = { ...discount, gid: discount.gid };
    if (!(await bind({ shop, admin }, there, its))) continue;
    await sendAll(its, async (batch) => {
      const codes = batch.codes.map(({ code }) => code);
      if (codes.length === 0) {
        await step('codes.nobody', () => endBatch(shop.id, batch, ALL_CAME));
        return;
      }
      const asked = await step('codes.ask', () => askForCodes(admin, there.gid, codes));
      if (asked.asked) await step('codes.asked', () => noteAsked(shop.id, batch.id, asked.gid));
      else await refused({ shop, admin }, there, batch, asked.reason);
    });
  }
  return true;
}

type Context = Pick<JobContext, 'shop' | 'admin'>;
type There = CampaignDiscount & { gid: string };
const ALL_CAME: BatchEnd = { failed: [], again: [] };

/**
 * Lets the customers of calls use the discount, before they have a code of it; those of a call that is made again were
 * let in before. False when the discount is not there any more.
 */
async function bind(context: Context, discount: There, batches: readonly CodeBatch[]): Promise<boolean> {
  const { shop, admin } = context;
  const fresh = batches.filter(({ attempt, codes }) => attempt === 1 && codes.length > 0);
  if (!discount.bound || fresh.length === 0) return true;
  const target = { gid: discount.gid, kind: kindOf(discount) };
  let open = (await step('codes.count', () => codesOf(shop.id, discount))) > MOST_BOUND;
  for (const batch of open ? [] : fresh) {
    const ids = batch.codes.map(({ customerId }) => customerId);
    if ((await step('codes.bind', () => letUse(admin, target, ids))).done) continue;
    // Somebody may be gone meanwhile: the others are let in, and that one's code is of no use to anybody.
    const there = await step('codes.who', () => stillThere(admin, 'Customer', ids));
    const rest = ids.filter((id) => there.has(id));
    open ||= rest.length > 0 && !(await step('codes.bind-rest', () => letUse(admin, target, rest))).done;
  }
  if (!open) return true;
  const opened = await step('codes.open', () => letUse(admin, target, 'everybody'));
  if (!opened.done && (await isGone(context, discount))) return false;
  await step('codes.note-open', () => noteOpen(shop.id, discount.id));
  return true;
}

/** A call that Shopify refuses as a whole: the discount is gone, or its codes have failed. */
async function refused(context: Context, discount: There, batch: CodeBatch, reason: string): Promise<void> {
  if (await isGone(context, discount)) return;
  const failed = batch.codes.map(({ code }) => ({ code, reason }));
  await step('codes.call-refused', () => endBatch(context.shop.id, batch, { failed, again: [] }));
}

async function isGone({ shop, admin }: Context, discount: There): Promise<boolean> {
  const now = await step('codes.there', () => discountsNow(admin, [discount.gid]));
  if (now.has(discount.gid)) return false;
  await step('codes.gone', () => noteLost(shop.id, discount, 'discount-gone', ''));
  return true;
}

/** Asks what became of calls that were made, and ends those that are done. Null when none is out. */
export async function hearOfAsked({ shop, admin }: JobContext): Promise<'some' | 'none' | null> {
  const batches = await step('codes.out', () => batchesAsked(shop.id, CREATIONS_PER_CALL));
  if (batches.length === 0) return null;
  const now = await step('codes.hear', () =>
    codeCreations(
      admin,
      batches.flatMap(({ gid }) => gid ?? []),
    ),
  );
  let ended = 0;
  for (const batch of batches) {
    const failures = now.get(batch.gid ?? '');
    if (failures === undefined || failures === null) continue;
    const end = failures === 0 ? ALL_CAME : await whatFailed({ shop, admin }, batch);
    await step('codes.end', () => endBatch(shop.id, batch, end));
    ended += 1;
  }
  const unknown = batches.filter(({ gid }) => !now.has(gid ?? '')).map(({ id }) => id);
  await step('codes.late', () => askAgain(shop.id, unknown));
  return ended > 0 ? 'some' : 'none';
}

/**
 * What is to be done about the codes of a call that failed. One that is taken came by an earlier call whose answer was
 * lost, when the discount that has it is ours.
 */
async function whatFailed({ shop, admin }: Context, batch: CodeBatch): Promise<BatchEnd> {
  const faults = await step('codes.faults', () => failedCodes(admin, batch.gid ?? ''));
  const taken = faults.filter((fault) => fault.taken).map(({ code }) => code);
  const discounts = await step('codes.discount', () => discountsById(shop.id, [batch.discountId]));
  const ours = discounts.get(batch.discountId)?.gid;
  const owners = taken.length === 0 ? new Map() : await step('codes.owners', () => ownersOf(admin, taken));
  const failed = faults.flatMap(({ code, lasting, reason }) => {
    const owner: unknown = owners.get(code);
    if (typeof owner === 'string') return owner === ours ? [] : [{ code, reason: 'code-taken' }];
    return lasting ? [{ code, reason }] : [];
  });
  const again = faults
    .filter(({ code, lasting }) => (owners.has(code) ? owners.get(code) === null : !lasting))
    .map(({ code }) => code);
  return { failed, again };
}
