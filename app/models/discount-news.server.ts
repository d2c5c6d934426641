import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';
import type { CampaignDiscount } from './campaign-discounts.server.ts';
import { pauseFor } from './pause-campaign.server.ts';

type Told = Pick<CampaignDiscount, 'id' | 'campaignId' | 'step'> & { gid: string; terms: string | null };

/**
 * Notes what Shopify tells of discounts: ours are looked at, and where codes of one were removed, which only others do,
 * its campaign is paused.
 * @param told discounts that changed in any way
 * @param removed discounts of which codes were removed, each as often as was told
 * @returns whether any of them is ours
 */
export async function noteDiscountNews(
  client: PoolClient,
  shopId: number,
  told: readonly string[],
  removed: ReadonlyMap<string, readonly string[]>,
): Promise<boolean> {
  const { rows } = await client.query<Told>(
    `update campaign_discounts set looked_at = null where shop_id = $1 and gid = any($2) and state = 'ready'
     returning id, campaign_id as "campaignId", step, gid`,
    [shopId, told],
  );
  for (const { gid, campaignId, step } of rows) {
    const codes = removed.get(gid);
    if (codes === undefined) continue;
    await pauseFor(client, shopId, campaignId, 'discount-changed', { step: step + 1, codes: codes.length });
  }
  return rows.length > 0;
}

/** Discounts whose terms were not looked at for a day, or of which there is news. */
export function discountsToLookAt(shopId: number, limit: number): Promise<Told[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<Told>(
      `select d.id, d.campaign_id as "campaignId", d.step, d.gid, d.terms from campaign_discounts d
       where d.shop_id = $1 and d.state = 'ready' and d.ends_at > clock_timestamp()
         and (d.looked_at is null or d.looked_at < clock_timestamp() - interval '1 day')
       order by d.id limit $2`,
      [shopId, limit],
    );
    return rows;
  });
}

/** Notes the terms of a discount as they are now; when they were others before, its campaign is paused, once. */
export async function noteTerms(
  shopId: number,
  { id, campaignId, step }: Told,
  terms: string,
): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ before: string | null }>(
      `update campaign_discounts d set terms = $3, looked_at = clock_timestamp()
       from (select terms as before from campaign_discounts where shop_id = $1 and id = $2 for update) b
       where d.shop_id = $1 and d.id = $2 and d.state = 'ready' returning b.before`,
      [shopId, id, terms],
    );
    const before = rows[0]?.before;
    if (typeof before !== 'string' || before === terms) return;
    await pauseFor(client, shopId, campaignId, 'discount-changed', { step: step + 1 });
  });
}
