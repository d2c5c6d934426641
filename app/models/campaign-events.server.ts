import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';

/** Something people or guards did with a campaign. */
export type CampaignEvent = {
  id: number;
  /** epoch milliseconds */
  at: number;
  /** Shopify's staff user id, null = the app */
  by: number | null;
  what: string;
  detail: Record<string, string | number>;
};

/**
 * Notes in the campaign's journal what somebody did, in the transaction in which it is done.
 * @param by Shopify's staff user id, null = the app
 * @param detail numbers and reasons; nothing about one customer
 */
export async function noteCampaign(
  client: PoolClient,
  shopId: number,
  campaignId: number,
  by: number | null,
  what: string,
  detail: CampaignEvent['detail'],
): Promise<void> {
  await client.query(
    'insert into campaign_events (shop_id, campaign_id, by, what, detail) values ($1, $2, $3, $4, $5)',
    [shopId, campaignId, by, what, JSON.stringify(detail)],
  );
}

/** A campaign's journal, the newest entry first. */
export function campaignEvents(shopId: number, campaignId: number, limit: number): Promise<CampaignEvent[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<CampaignEvent>(
      `select id, at, by, what, detail from campaign_events where shop_id = $1 and campaign_id = $2
       order by id desc limit $3`,
      [shopId, campaignId, limit],
    );
    return rows;
  });
}

/** The newest entry of a kind in a campaign's journal, null when there is none. */
export function latestEvent(shopId: number, campaignId: number, what: string): Promise<CampaignEvent | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<CampaignEvent>(
      `select id, at, by, what, detail from campaign_events where shop_id = $1 and campaign_id = $2 and what = $3
       order by id desc limit 1`,
      [shopId, campaignId, what],
    );
    return rows[0] ?? null;
  });
}
