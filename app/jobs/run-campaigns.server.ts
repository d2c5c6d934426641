import { now } from '#app/clock.server.ts';
import {
  allLookedAt,
  beginScheduled,
  lookedAt,
  nextDueCampaign,
} from '#app/models/campaign-looks-due.server.ts';
import { campaign, type Campaign } from '#app/models/campaigns.server.ts';
import { alone } from './alone.server.ts';
import { drawAudience } from './draw-campaign.server.ts';
import { inBounds } from './in-bounds.server.ts';
import { defineJob, shopPayload, type JobContext } from './job.server.ts';
import { step } from './step.server.ts';

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
    return null;
  }
  if (due.state === 'scheduled') await step('campaign.begin', () => beginScheduled(shop.id, due.id));
  const one = await step('campaign.read', () => campaign(shop.id, due.id));
  let wait: number | null = null;
  if (one?.state === 'running' && (one.launchedAt === null || mayJoin(one, now()))) {
    wait = await drawAudience(shop.id, one);
  }
  await step('campaign.looked', () => lookedAt(shop.id, due, wait ?? undefined));
  return 0;
}

/** Whether newcomers are let in at an instant. */
function mayJoin({ launchedAt, plan }: Campaign, at: number): boolean {
  return launchedAt !== null && at < launchedAt + plan.joinDays * DAY_MS;
}
