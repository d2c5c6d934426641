import { now } from '#app/clock.server.ts';
import type { StandingOffer } from '#app/campaigns/carried.ts';
import { pauseCampaign } from '#app/models/campaign-looks-due.server.ts';
import { campaign } from '#app/models/campaigns.server.ts';
import { settleOffers, type OfferSettled } from '#app/models/offers-given.server.ts';
import {
  alsoStanding,
  campaignsToGive,
  endUnknown,
  takeReady,
  type CampaignToGive,
  type OfferOnItsWay,
} from '#app/models/offers-to-give.server.ts';
import { dayIn, startOfDay } from '#app/rfm/calendar.ts';
import { AccessDenied } from '#app/shopify/errors.ts';
import { alone } from './alone.server.ts';
import { batchSize, carryFields, carryTags } from './carry-offers.server.ts';
import { inBounds } from './in-bounds.server.ts';
import { defineJob, shopPayload, type JobContext } from './job.server.ts';
import { mailOffers } from './mail-offers.server.ts';
import { step } from './step.server.ts';

/**
 * Hands offers over that are ready, in batches. Each batch begins with one transaction that looks at everything that may
 * forbid it and notes what is on its way, so that a campaign that is stopped gives nothing from the next batch on, and
 * nobody is reached twice: by tag and metafields what is done twice ends the same, and a message is marked before it
 * leaves.
 */
export const giveOffers = defineJob({
  name: 'give-offers',
  payload: shopPayload,
  attempts: 5,
  run: (_, context) =>
    alone(context.shop.id, 'offers', () => {
      const put = new Set<number>();
      return inBounds(context.signal, () => giveSome(context, put));
    }),
});

/** Messages of one batch: each is looked at once more before it leaves. */
const MESSAGES = 50;
/** Seconds until what could not go out by mail now (quiet hours, the rate, a server that is away) is tried again. */
const LATER_SECONDS = 60;

/**
 * One batch of each campaign. Seconds until the next, null when nothing is ready.
 * @param put campaigns that were put off in this run
 */
async function giveSome(context: JobContext, put: Set<number>): Promise<number | null> {
  const { shop } = context;
  const campaigns = await step('give.campaigns', () => campaignsToGive(shop.id));
  let [more, nextAt] = [false, Infinity];
  for (const one of campaigns) {
    await step('give.unknown', () => endUnknown(shop.id, one));
    if (put.has(one.id)) continue;
    const size = one.delivery === 'mail' ? MESSAGES : batchSize(context);
    const taken = await step('give.take', () => takeReady(shop, one.id, size));
    if (taken.nextAt !== null) nextAt = Math.min(nextAt, taken.nextAt);
    more ||= taken.more;
    if (taken.offers.length > 0 && (await hand(context, one, taken.offers)) === 'later') {
      put.add(one.id);
      nextAt = Math.min(nextAt, now() + LATER_SECONDS * 1000);
    }
  }
  if (more) return 0;
  return nextAt === Infinity ? null : Math.max(1, (nextAt - now()) / 1000);
}

/** Hands offers over that are on their way. 'later' when some of them have to wait. */
async function hand(
  context: JobContext,
  { id, delivery }: CampaignToGive,
  offers: OfferOnItsWay[],
): Promise<'later' | 'done'> {
  const { shop } = context;
  try {
    const settled = await (delivery === 'mail' ? mail(context, id, offers) : handOver(context, offers));
    await step('give.settle', () => settleOffers(shop.id, id, settled));
    return settled.some(({ outcome }) => outcome === 'later') ? 'later' : 'done';
  } catch (error) {
    if (!(error instanceof AccessDenied)) throw error;
    // Only the campaign waits for this scope. What is on its way is looked at again when it goes on.
    const reason = `missing-scope:${error.scope}`;
    await step('give.denied', () => pauseCampaign(shop.id, id, reason));
    return 'later';
  }
}

async function mail(context: JobContext, id: number, offers: OfferOnItsWay[]): Promise<OfferSettled[]> {
  const one = await step('give.campaign', () => campaign(context.shop.id, id));
  if (one === null) return [];
  const outcomes = await mailOffers(context, one, offers);
  return outcomes.map((outcome) => ({ ...outcome, withdrawAt: null }));
}

/** Puts codes into the customers' metafields and the campaign's tag on them, which whatever sends messages waits for. */
async function handOver(context: JobContext, offers: OfferOnItsWay[]): Promise<OfferSettled[]> {
  const { shop } = context;
  const customers = offers.map(({ customerId }) => customerId);
  const standing = await step('give.standing', () => alsoStanding(shop.id, customers));
  const others = Map.groupBy(standing, ({ customerId }) => customerId);
  const fields = new Map(
    offers.map((offer): [number, StandingOffer[]] => [
      offer.customerId,
      [...(others.get(offer.customerId) ?? []), offer],
    ]),
  );
  const refused = await carryFields(context, fields);
  // The tag comes last: it is what automations wait for, and then the code is there.
  const tags = offers.filter(({ customerId, tagged }) => tagged && !refused.has(customerId));
  for (const [customerId, reason] of await carryTags(context, 'add', tags)) refused.set(customerId, reason);
  return offers.map((offer) => {
    const { customerId, entry, step: place } = offer;
    const reason = refused.get(customerId) ?? null;
    const withdrawAt = reason === null ? untilWhen(context, offer) : now();
    return {
      customerId,
      entry,
      step: place,
      outcome: reason === null ? 'given' : 'failed',
      reason,
      withdrawAt,
    };
  });
}

/** When an offer is to be taken back: with the end of its code, or of the days it is to stand. */
function untilWhen({ shop }: JobContext, { endsAt, validDays, sentAt }: OfferOnItsWay): number {
  const zone = shop.timeZone ?? 'UTC';
  return endsAt ?? startOfDay(dayIn(zone, sentAt) + validDays, zone);
}
