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
import { anyToWithdraw } from '#app/models/offers-to-withdraw.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { alone } from './alone.server.ts';
import { drawAudience } from './draw-campaign.server.ts';
import { giveOffers } from './give-offers.server.ts';
import { inBounds } from './in-bounds.server.ts';
import { issueCodes } from './issue-codes.server.ts';
import { defineJob, shopPayload, type JobContext } from './job.server.ts';
import { measureCampaigns } from './measure-campaigns.server.ts';
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
  run: ({ shopId }, context) =>
    alone(shopId, 'campaigns', () => inBounds(context.signal, () => lookAtNext(context))),
});

/** Looks at one campaign. Null when no more are due. */
async function lookAtNext({ shop }: JobContext): Promise<number | null> {
  const due = await step('campaigns.next', () => nextDueCampaign(shop.id));
  if (due === null) {
    await step('campaigns.all', () => allLookedAt(shop.id));
    await askForRest(shop);
    return null;
  }
  if (due.state === 'scheduled') await step('campaign.begin', () => beginScheduled(shop.id, due.id));
  if (due.state === 'stopped') await step('campaign.end-stopped', () => endStopped(shop.id, due.id));
  const one = await step('campaign.read', () => campaign(shop.id, due.id));
  const wait = one?.state === 'running' ? await run(shop, due, one) : null;
  if (wait === 'more') await askForRest(shop);
  else await step('campaign.looked', () => lookedAt(shop.id, due, wait ?? undefined));
  return 0;
}

type Shop = JobContext['shop'];

/** What a running campaign needs now: 'more' at once, seconds until it is looked at again, null = when it is due. */
async function run(
  { id: shopId, generation, timeZone }: Shop,
  due: DueCampaign,
  one: Campaign,
): Promise<number | 'more' | null> {
  if (one.launchedAt === null) return (await drawAudience(shopId, one)) ?? 'more';
  if (one.endsAt !== null && one.endsAt <= now()) {
    await step('campaign.end', () => endFinished(shopId, due.id));
    await step('campaign.measure', () => runHere(measureCampaigns, { shopId, generation }));
    return null;
  }
  const waits = now() < one.launchedAt + one.plan.joinDays * DAY_MS ? await drawAudience(shopId, one) : null;
  if (await step('campaign.pass', () => passEnded(shopId, due.id))) return 'more';
  await step('campaign.put-off', () => endPutOff(shopId, due.id, today(timeZone ?? 'UTC')));
  const audience = await step('campaign.ask', () => askAudience(shopId, one.plan.audience));
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
