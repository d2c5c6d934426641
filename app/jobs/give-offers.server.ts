import { now } from '#app/clock.server.ts';
import type { StandingOffer } from '#app/campaigns/carried.ts';
import { pauseCampaign } from '#app/models/campaign-looks-due.server.ts';
import { campaign } from '#app/models/campaigns.server.ts';
import { OF_ONE_OFFER, settleOffers, type OfferSettled } from '#app/models/offers-given.server.ts';
import { endUnknown } from '#app/models/offers-in-doubt.server.ts';
import {
  alsoStanding,
  campaignsToGive,
  takeReady,
  type CampaignToGive,
  type OfferOnItsWay,
} from '#app/models/offers-to-give.server.ts';
import { AccessDenied } from '#app/shopify/errors.ts';
import { alone } from './alone.server.ts';
import { bearingFault } from './bear-campaign-faults.server.ts';
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

/**
 * One batch of each campaign. Null when nothing more goes out now: what waits for its hour, for the mail server or for a
 * scope is asked for again by the looks at its campaign, so that the job never stands in the queue for one campaign
 * while others have something to hand over.
 * @param put campaigns that were put off in this run
 */
async function giveSome(context: JobContext, put: Set<number>): Promise<number | null> {
  const { shop } = context;
  const campaigns = await step('give.campaigns', () => campaignsToGive(shop.id));
  let more = false;
  for (const one of campaigns) {
    if (put.has(one.id)) continue;
    const went = await bearingFault(context, { id: one.id, what: 'give' }, () => giveBatch(context, one));
    if (went === 'more') more = true;
    else if (went !== 'done') put.add(one.id);
  }
  return more ? 0 : null;
}

/** 'later' when some have to wait. */
async function giveBatch(context: JobContext, one: CampaignToGive): Promise<'more' | 'done' | 'later'> {
  const { shop } = context;
  await step('give.unknown', () => endUnknown(shop.id, one.id));
  const size = one.delivery === 'mail' ? MESSAGES : batchSize(context);
  const { offers, more } = await step('give.take', () => takeReady(shop, one.id, size));
  const went = offers.length > 0 ? await hand(context, one.id, offers) : 'done';
  return went === 'done' && more ? 'more' : went;
}

/** Hands offers over that are on their way, each as its own version of the plan has it. 'later' when some have to wait. */
async function hand(
  context: JobContext,
  id: number,
  offers: OfferOnItsWay[],
): Promise<'more' | 'later' | 'done'> {
  const { shop } = context;
  const settled: OfferSettled[] = [];
  try {
    const by = Map.groupBy(offers, ({ delivery }) => delivery);
    for (const [delivery, some] of by) {
      const these = await (delivery === 'mail' ? mail(context, id, some) : handOver(context, some));
      await step('give.settle', () => settleOffers(shop.id, id, these));
      settled.push(...these);
    }
    if (settled.some(({ reason }) => reason === 'not-verified')) {
      await step('give.no-sender', () => pauseCampaign(shop.id, id, 'no-sender'));
    }
    // What waits by itself keeps nobody else waiting, and a turn that is over goes on with the next one.
    const waits = settled.filter(({ outcome }) => outcome === 'later').map(({ reason }) => reason ?? '');
    if (waits.every((reason) => reason === 'turn' || OF_ONE_OFFER.includes(reason)))
      return waits.includes('turn') ? 'more' : 'done';
    return 'later';
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
  // The tag comes last: it is what automations wait for, and then the code is there. One that stands from an earlier
  // step or from what is reminded of would be no news to them: it is taken off and put on again.
  const tags = offers
    .filter(({ customerId, tagged }) => tagged && !refused.has(customerId))
    .map(({ customerId, slug, stands }) => ({ customerId, slug, anew: stands }));
  for (const [customerId, reason] of await carryTags(context, 'add', tags)) refused.set(customerId, reason);
  return offers.map((offer) => {
    const { customerId, entry, step: place } = offer;
    const reason = refused.get(customerId) ?? null;
    const withdrawAt = reason === null ? offer.withdrawAt : now();
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
