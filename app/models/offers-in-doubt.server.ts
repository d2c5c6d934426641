import { sqlInShop } from '#app/db.server.ts';

/**
 * What a process that died was handing over, and nobody takes up again: the campaign has ended, the offer is to be taken
 * back by now, or the campaign has been paused for a day.
 */
const IN_DOUBT = `o.shop_id = $1 and o.campaign_id = $2 and o.state = 'sending' and c.shop_id = $1 and c.id = $2
  and (c.state in ('stopped', 'finished') or o.withdraw_at <= clock_timestamp()
    or (c.state <> 'running' and o.sent_at < clock_timestamp() - interval '1 day'))`;

/**
 * Ends it: nobody knows whether it arrived. By tag and metafields it is due to be taken back. Only whoever alone hands
 * offers over may ask.
 */
export async function endUnknown(shopId: number, campaignId: number): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const values = [shopId, campaignId];
    const { rowCount } = await client.query(
      `select from offers o, campaigns c where ${IN_DOUBT} limit 1`,
      values,
    );
    if (rowCount === 0) return;
    await client.query(
      'update campaigns set look_at = clock_timestamp() where shop_id = $1 and id = $2',
      values,
    );
    await client.query(
      `update offers o set state = 'unknown',
         withdraw_at = case when v.plan->>'delivery' = 'codes' or o.withdraw_at is not null then clock_timestamp() end
       from campaigns c, campaign_versions v
       where ${IN_DOUBT} and v.shop_id = $1 and v.campaign_id = $2 and v.version = o.version`,
      values,
    );
  });
}
