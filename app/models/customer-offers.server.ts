import { sqlInShop } from '#app/db.server.ts';
import type { OfferState } from '#app/campaigns/offer-states.ts';
import type { CampaignState } from '#app/campaigns/states.ts';

/** An offer to a customer, as it stands in its timeline. */
export type TimelineOffer = {
  what: 'offer';
  place: string;
  campaignId: number;
  campaign: string;
  step: number;
  state: OfferState;
  code: string | null;
  redeemed: boolean;
  /** epoch milliseconds: when it was given, and before that when it was made */
  at: number;
};

/** A campaign that a customer is drawn for. */
export type CustomerCampaign = {
  id: number;
  name: string;
  state: CampaignState;
  heldOut: boolean;
  member: 'active' | 'ordered' | 'left' | 'skipped' | 'ended';
};

/** The offers of a customer as SQL: $1 the shop, $2 the customer. `id` tells those of one instant apart. */
export const OFFERS_OF_CUSTOMER = `select o.campaign_id as "campaignId", k.name as campaign, o.step, o.state, o.code,
    o.redeemed_at is not null as redeemed, coalesce(o.given_at, o.created_at) as at,
    o.campaign_id * 1000000 + o.entry * 100 + o.step as id
  from offers o join campaigns k on k.shop_id = $1 and k.id = o.campaign_id
  where o.shop_id = $1 and o.customer_id = $2`;

/** The campaigns that a customer is drawn for, the newest first. */
export function customerCampaigns(shopId: number, customerId: number): Promise<CustomerCampaign[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<CustomerCampaign>(
      `select k.id, k.name, k.state, m.held_out as "heldOut", m.state as member from campaign_members m
       join campaigns k on k.shop_id = $1 and k.id = m.campaign_id
       where m.shop_id = $1 and m.customer_id = $2 order by k.id desc`,
      [shopId, customerId],
    );
    return rows;
  });
}
