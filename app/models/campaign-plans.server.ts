import { sqlInShop } from '#app/db.server.ts';
import type { CampaignPlan } from '#app/campaigns/plan.ts';

/** The plan of each version of a campaign. */
export function campaignPlans(shopId: number, campaignId: number): Promise<Record<number, CampaignPlan>> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ version: number; plan: CampaignPlan }>(
      'select version, plan from campaign_versions where shop_id = $1 and campaign_id = $2',
      [shopId, campaignId],
    );
    return Object.fromEntries(rows.map(({ version, plan }) => [version, plan]));
  });
}
