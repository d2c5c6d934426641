import { shopLogger } from '#app/logger.server.ts';
import { noteCampaignFault } from '#app/models/campaign-faults.server.ts';
import type { JobContext } from './job.server.ts';
import { isFault } from './run-job.server.ts';
import { isWatchers, step } from './step.server.ts';

/**
 * Does something for one campaign. A fault of its own is noted with the campaign, which is then looked at ever later and
 * pauses when it goes on so, and the shop's other campaigns do not wait; outages and lost leases are nobody's fault.
 * @returns what the work returned, 'failed' after a fault
 */
export async function bearingFault<T>(
  { shop }: JobContext,
  { id, what }: { id: number; what: 'look' | 'give' },
  work: () => Promise<T>,
): Promise<T | 'failed'> {
  try {
    return await work();
  } catch (error) {
    if (isWatchers(error) || !isFault(error)) throw error;
    shopLogger(shop.domain).error({ err: error, campaignId: id, what }, 'a campaign fails');
    await step(`campaign.fault-${what}`, () => noteCampaignFault(shop.id, id, what));
    return 'failed';
  }
}
