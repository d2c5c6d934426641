import { now, today } from '#app/clock.server.ts';
import { askAudience } from '#app/models/campaign-audience.server.ts';
import {
  allLookedAt,
  beginScheduled,
  lookedAt,
  nextDueCampaign,
  openOffers,
  pauseCampaign,
  type DueCampaign,
} from '#app/models/campaign-looks-due.server.ts';
import { endFinished, endPutOff, endStopped, passEnded } from '#app/models/campaign-passing.server.ts';
import { leadOn } from '#app/models/campaign-steps.server.ts';
import { campaign, type Campaign } from '#app/models/campaigns.server.ts';
import { codesWait } from '#app/models/code-batches.server.ts';
import { latestWholeImport } from '#app/models/imports.server.ts';
import { anyToWithdraw } from '#app/models/offers-to-withdraw.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { alone } from './alone.server.ts';
import { bearingFault } from './bear-campaign-faults.server.ts';
import { drawAudience } from './draw-campaign.server.ts';
import { giveOffers } from './give-offers.server.ts';
import { inBounds } from './in-bounds.server.ts';
import { issueCodes } from './issue-codes.server.ts';
import { defineJob, shopPayload, type JobContext } from './job.server.ts';
import { measureCampaigns } from './measure-campaigns.server.ts';
import { readFirst } from './read-segments.server.ts';
import { runHere } from './run-here.server.ts';
import { step } from './step.server.ts';
import { withdrawOffers } from './withdraw-offers.server.ts';

const DAY_MS = 86_400_000;

/**
 * Does what is due for a shop's campaigns: begins them, draws their audience, leads customers from step to step, and
 * ends them. What is due is told by stored instants, so whoever comes after a death goes on where that one was.
 */
export const runCampaigns = defineJob({
  name: 'run-campaigns',
  payload: shopPayload,
  attempts: 5,
  run: ({ shopId, generation }, context) =>
    alone(shopId, 'campaigns', async () => {
      const whole = await step('campaigns.whole', () => latestWholeImport(shopId, generation));
      return inBounds(context.signal, () => lookAtNext(context, whole !== null));
    }),
});

/** Seconds until a campaign is looked at again whose shop is being imported. */
const IMPORTING = 60;

/** Looks at one campaign. Null when no more are due. @param whole the history of this install is stored */
async function lookAtNext(context: JobContext, whole: boolean): Promise<number | null> {
  const { shop } = context;
  const due = await step('campaigns.next', () => nextDueCampaign(shop.id));
  if (due === null) {
    await step('campaigns.all', () => allLookedAt(shop.id));
    await askForRest(shop);
    return null;
  }
  await bearingFault(context, { id: due.id, what: 'look' }, () => lookAt(shop, due, whole));
  return 0;
}

async function lookAt(shop: Shop, due: DueCampaign, whole: boolean): Promise<void> {
  if (due.state === 'scheduled') await step('campaign.begin', () => beginScheduled(shop.id, due.id));
  if (due.state === 'stopped') await step('campaign.end-stopped', () => endStopped(shop.id, due.id));
  const one = await step('campaign.read', () => campaign(shop.id, due.id));
  // Before the history is whole nobody knows who ordered.
  const wait = one?.state !== 'running' ? null : whole ? await run(shop, due, one) : IMPORTING;
  if (wait === 'more') await askForRest(shop);
  else await step('campaign.looked', () => lookedAt(shop.id, due, wait ?? undefined));
}

type Shop = JobContext['shop'];

/** What a running campaign needs now: 'more' at once, seconds until it is looked at again, null = when it is due. */
async function run(shop: Shop, due: DueCampaign, one: Campaign): Promise<number | 'more' | null> {
  const { id: shopId, generation, timeZone } = shop;
  if (one.launchedAt === null) return (await drawAudience(shop, one)) ?? 'more';
  if (one.endsAt !== null && one.endsAt <= now()) {
    await step('campaign.end', () => endFinished(shopId, due.id));
    await step('campaign.measure', () => runHere(measureCampaigns, { shopId, generation }));
    return null;
  }
  const day = today(timeZone ?? 'UTC');
  // Newcomers are let in once a day.
  const joins = now() < one.launchedAt + one.plan.joinDays * DAY_MS && (due.joinedOn ?? -Infinity) < day;
  const waits = joins ? await drawAudience(shop, one) : null;
  if (await step('campaign.pass', () => passEnded(shopId, due.id))) return 'more';
  await step('campaign.put-off', () => endPutOff(shopId, due.id, day));
  const audience = await step('campaign.ask', () => askAudience(shopId, one.plan.audience));
  const { source } = one.plan.audience;
  if (audience === 'shopify-unread' && source.kind === 'shopify') return readFirst(shop, source.gid);
  if (typeof audience === 'string') {
    await step('campaign.gone', () => pauseCampaign(shopId, due.id, audience));
    return null;
  }
  const { marginPercent } = await step('campaign.settings', () => readSettings(shopId));
  const margin = marginPercent === null ? null : marginPercent / 100;
  if (await step('campaign.lead', () => leadOn(shopId, due.id, audience, margin))) return 'more';
  return waits;
}

/** Asks for what follows from where offers stand: codes, handing over, taking back. */
async function askForRest({ id: shopId, generation }: Shop): Promise<void> {
  const payload = { shopId, generation };
  if (await step('campaigns.codes', () => codesWait(shopId)))
    await step('campaigns.issue', () => runHere(issueCodes, payload));
  const open = await step('campaigns.open', () => openOffers(shopId));
  if (open.has('ready') || open.has('sending'))
    await step('campaigns.give', () => runHere(giveOffers, payload));
  if (await step('campaigns.withdrawn', () => anyToWithdraw(shopId)))
    await step('campaigns.withdraw', () => runHere(withdrawOffers, payload));
}
