import { sqlInShop } from '#app/db.server.ts';
import type { CampaignFigures } from '#app/campaigns/figures.ts';

/** What a campaign has shown so far, as a list tells it. */
export type CampaignOutcomeSoFar = Pick<CampaignFigures, 'verdict' | 'profit'> & {
  final: boolean;
  /** customers who took part */
  treated: number;
};

/** The latest look at each campaign of a shop, by its number; those without one are not in it. */
export function latestResults(shopId: number): Promise<Record<number, CampaignOutcomeSoFar>> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<CampaignOutcomeSoFar & { id: number }>(
      `select distinct on (campaign_id) campaign_id as id, final, figures->>'verdict' as verdict,
         nullif(figures->'profit', 'null') as profit, (figures->'treated'->>'customers')::int as treated
       from campaign_looks where shop_id = $1 order by campaign_id, day desc`,
      [shopId],
    );
    return Object.fromEntries(rows.map(({ id, ...rest }) => [id, rest]));
  });
}
