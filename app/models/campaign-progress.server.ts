import { sqlInShop } from '#app/db.server.ts';
import type { OfferState } from '#app/campaigns/offer-states.ts';

/** Where the customers of a campaign stand. */
type MemberState = 'active' | 'ordered' | 'left' | 'skipped' | 'ended';

/** How far a campaign has come, in customers and offers. */
export type CampaignProgress = {
  members: { heldOut: boolean; state: MemberState; customers: number }[];
  offers: { step: number; state: OfferState; offers: number; redeemed: number }[];
  /** why offers were not given although they were due; null = nobody noted it */
  notGiven: { step: number; reason: string | null; offers: number }[];
};

/** Counts customers by group and state, and offers by step, state and why they were not given. */
export function campaignProgress(shopId: number, campaignId: number): Promise<CampaignProgress> {
  return sqlInShop(shopId, async (client) => {
    const { rows: members } = await client.query<CampaignProgress['members'][number]>(
      `select held_out as "heldOut", state, count(*) as customers from campaign_members
       where shop_id = $1 and campaign_id = $2 group by held_out, state order by held_out, state`,
      [shopId, campaignId],
    );
    const { rows: offers } = await client.query<CampaignProgress['offers'][number]>(
      `select step, state, count(*) as offers, count(redeemed_at) as redeemed from offers
       where shop_id = $1 and campaign_id = $2 group by step, state order by step, state`,
      [shopId, campaignId],
    );
    const { rows: notGiven } = await client.query<CampaignProgress['notGiven'][number]>(
      `select step, reason, count(*) as offers from offers
       where shop_id = $1 and campaign_id = $2 and state in ('skipped', 'dropped', 'failed')
       group by step, reason order by step, count(*) desc, reason`,
      [shopId, campaignId],
    );
    return { members, offers, notGiven };
  });
}
