import { askAudience } from '#app/models/campaign-audience.server.ts';
import { drawCampaign, joinCampaign } from '#app/models/campaign-launch.server.ts';
import { pauseCampaign } from '#app/models/campaign-looks-due.server.ts';
import type { Campaign } from '#app/models/campaigns.server.ts';
import { READ_FOR, READ_FOR_DRAW } from '#app/models/shopify-segments.server.ts';
import { alone } from './alone.server.ts';
import { gatherWaiting } from './gather-bought.server.ts';
import type { JobContext } from './job.server.ts';
import { readFirst } from './read-segments.server.ts';
import { step } from './step.server.ts';

/** Seconds until an audience that cannot be told yet is asked again. */
const WAIT_SECONDS = 15;

/**
 * Draws who takes part in a campaign that begins, or lets newcomers in. Nobody may score, merge or remove customers
 * meanwhile: who is drawn is there.
 * @returns seconds until it is to be tried again, null when it is done
 */
export async function drawAudience(shop: JobContext['shop'], campaign: Campaign): Promise<number | null> {
  const shopId = shop.id;
  const { audience: plan } = campaign.plan;
  const within = campaign.launchedAt === null ? READ_FOR_DRAW : READ_FOR;
  const audience = await step('campaign.audience', () => askAudience(shopId, plan, within));
  if (audience === 'shopify-unread' && plan.source.kind === 'shopify')
    return readFirst(shop, plan.source.gid);
  if (typeof audience === 'string' && audience !== 'not-scored') {
    await step('campaign.no-audience', () => pauseCampaign(shopId, campaign.id, audience));
    return null;
  }
  if (typeof audience === 'string' || audience.waits) return WAIT_SECONDS;
  const draw = campaign.launchedAt === null ? drawCampaign : joinCampaign;
  const outcome = await alone(shopId, 'score', async () => {
    // Whose orders changed meanwhile is asked by them as they are now; in a busy shop there is always somebody.
    if (audience.orders) await gatherWaiting(shopId);
    await step('campaign.draw', async () => draw(shopId, campaign.id, audience));
  });
  return typeof outcome === 'object' ? outcome.againInSeconds : null;
}
