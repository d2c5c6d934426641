import { anyToWithdraw, noteWithdrawn, takeToWithdraw } from '#app/models/offers-to-withdraw.server.ts';
import { AccessDenied } from '#app/shopify/errors.ts';
import { alone } from './alone.server.ts';
import { batchSize, carryFields, carryTags, dropMarks } from './carry-offers.server.ts';
import { inBounds } from './in-bounds.server.ts';
import { defineJob, shopPayload, type JobContext } from './job.server.ts';
import { step } from './step.server.ts';

/**
 * Takes back what customers were handed over by tag and metafields: offers that were redeemed, ran out, or whose
 * customer ordered, left or whose campaign was stopped. What else a customer has stays. It is noted as done after it
 * was done, and ends the same twice.
 */
export const withdrawOffers = defineJob({
  name: 'withdraw-offers',
  payload: shopPayload,
  attempts: 5,
  run: (_, context) =>
    alone(context.shop.id, 'offers', async () => {
      try {
        return await inBounds(context.signal, async () => ((await withdrawSome(context)) ? 0 : null));
      } catch (error) {
        // It is tried again by the watcher: scores and screens do without this scope.
        if (error instanceof AccessDenied) return 'nothing';
        throw error;
      }
    }),
});

/** False when nothing is due any more. */
async function withdrawSome(context: JobContext): Promise<boolean> {
  const { id } = context.shop;
  if (!(await step('withdraw.any', () => anyToWithdraw(id)))) return false;
  const { offers, standing } = await step('withdraw.take', () => takeToWithdraw(id, batchSize(context)));
  if (offers.length === 0) return false;
  const kept = Map.groupBy(standing, ({ customerId }) => customerId);
  // Whom Shopify refuses is gone, and the fields and the tag with it.
  const carried = offers.filter(({ mailed }) => !mailed);
  await carryFields(
    context,
    new Map(carried.map(({ customerId }) => [customerId, kept.get(customerId) ?? []])),
  );
  await dropMarks(context, [...new Set(offers.filter(({ mailed }) => mailed).map((one) => one.customerId))]);
  const tags = new Map(
    carried
      .filter(({ tagged, customerId, campaignId }) => {
        const stays = kept.get(customerId)?.some((offer) => offer.campaignId === campaignId);
        return tagged && stays !== true;
      })
      .map((offer) => [`${offer.customerId} ${offer.campaignId}`, offer]),
  );
  await carryTags(context, 'remove', [...tags.values()]);
  await step('withdraw.note', () => noteWithdrawn(id, offers));
  return true;
}
