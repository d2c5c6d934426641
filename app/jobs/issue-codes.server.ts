import { databaseNow } from '#app/db.server.ts';
import {
  nextToEnd,
  nextToFill,
  nextToMake,
  noteEnded,
  noteNotAllowed,
  noteNotEnded,
  notePast,
} from '#app/models/campaign-discounts.server.ts';
import { openBatches } from '#app/models/code-batches.server.ts';
import { planCodes } from '#app/models/plan-codes.server.ts';
import { CODES_PER_CALL } from '#app/shopify/discount-codes.server.ts';
import { discountIsOver, endDiscount } from '#app/shopify/discounts.server.ts';
import { AccessDenied } from '#app/shopify/errors.ts';
import { askForNoted, hearOfAsked } from './add-codes.server.ts';
import { alone } from './alone.server.ts';
import { inBounds } from './in-bounds.server.ts';
import { defineJob, shopPayload, type JobContext } from './job.server.ts';
import { lookAtDiscounts, lookAtOrders } from './look-at-codes.server.ts';
import { foundAtShopify, makePlanned } from './make-discount.server.ts';
import { step } from './step.server.ts';

/** Calls that are noted in one transaction. */
const CALLS = 40;
/** Seconds until codes that are on their way are asked after again. */
const HEAR_SECONDS = 1;

/**
 * Gives approved offers their codes: one discount for each step, group and last day, made once, and its codes, each
 * asked for until Shopify has it. Everything is noted before it is asked for and can be found again, so whoever comes
 * after a death goes on without making anything twice. Ends the discounts of campaigns that are over, and looks after
 * what becomes of discounts and codes in the shop.
 */
export const issueCodes = defineJob({
  name: 'issue-codes',
  payload: shopPayload,
  attempts: 5,
  run: (_, context) =>
    alone(context.shop.id, 'codes', async () => {
      try {
        return await inBounds(context.signal, () => issueNext(context));
      } catch (error) {
        if (!(error instanceof AccessDenied)) throw error;
        await step('codes.denied', () => noteNotAllowed(context.shop.id, error.scope));
        return 'nothing';
      }
    }),
});

/** Does the next thing. Seconds until the one after it, null when nothing is left to do. */
async function issueNext(context: JobContext): Promise<number | null> {
  const { shop } = context;
  await step('codes.past', () => notePast(shop.id));
  if (await endNext(context)) return 0;
  if (await lookAtOrders(context)) return 0;
  if (await lookAtDiscounts(context)) return 0;
  if (await askForNoted(context)) return 0;
  const heard = await hearOfAsked(context);
  if (heard !== null) return heard === 'some' ? 0 : HEAR_SECONDS;
  const at = await step('codes.clock', databaseNow);
  if (await step('codes.plan', () => planCodes(shop.id, shop.timeZone ?? 'UTC', at))) return 0;
  const unmade = await step('codes.to-make', () => nextToMake(shop.id));
  if (unmade !== null) {
    await makePlanned(context, unmade);
    return 0;
  }
  const toFill = await step('codes.to-fill', () => nextToFill(shop.id));
  if (toFill === null) return null;
  await step('codes.note', () => openBatches(shop.id, toFill, CODES_PER_CALL, CALLS));
  return 0;
}

/**
 * Ends the next discount whose campaign is over, so that none of its codes is used any more. False when there is none.
 * Whoever stops a campaign asks for this job.
 */
async function endNext(context: JobContext): Promise<boolean> {
  const { shop, admin } = context;
  const discount = await step('codes.to-end', () => nextToEnd(shop.id));
  if (discount === null) return false;
  const gid = await foundAtShopify(context, discount);
  if (gid !== null) {
    const ended = await step('codes.end-discount', () => endDiscount(admin, gid));
    // One that is gone is not ended any more either, and with it its codes; one that is there still holds.
    if (!ended.done && !(await step('codes.is-over', () => discountIsOver(admin, gid)))) {
      await step('codes.not-ended', () => noteNotEnded(shop.id, discount, ended.reason));
      return true;
    }
  }
  await step('codes.note-ended', () => noteEnded(shop.id, discount.id));
  return true;
}
