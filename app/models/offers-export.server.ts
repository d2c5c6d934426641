import { sqlInShop } from '#app/db.server.ts';
import type { OfferState } from '#app/campaigns/offer-states.ts';
import { noteAccess } from './access-log.server.ts';

/** An offer as it stands in an export. Instants are epoch milliseconds. */
export type ExportedOffer = {
  customerId: number;
  entry: number;
  step: number;
  state: OfferState;
  arm: number;
  branch: number;
  version: number;
  code: string | null;
  endsAt: number | null;
  givenAt: number | null;
  redeemedAt: number | null;
};

/** Offers read in one transaction, so that a slow download keeps no connection from others. */
const READ_AT_ONCE = 5_000;

/** Notes that a member of staff takes out a campaign's offers, with every customer who has one. */
export async function noteOffersExport(shopId: number, userId: number, campaignId: number): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `select distinct customer_id as id from offers where shop_id = $1 and campaign_id = $2 order by 1`,
      [shopId, campaignId],
    );
    await noteAccess(
      client,
      shopId,
      userId,
      'export',
      rows.map(({ id }) => id),
    );
  });
}

/** Every offer of a campaign by customer, in portions. */
export async function* exportedOffers(
  shopId: number,
  campaignId: number,
): AsyncGenerator<ExportedOffer[], void> {
  for (let after: [number, number, number] = [0, 0, 0]; ;) {
    const from = after;
    const rows = await sqlInShop(shopId, async (client) => {
      const result = await client.query<ExportedOffer>(
        `select customer_id as "customerId", entry, step, state, arm, branch, version, code, ends_at as "endsAt",
           given_at as "givenAt", redeemed_at as "redeemedAt"
         from offers where shop_id = $1 and campaign_id = $2 and (customer_id, entry, step) > ($3, $4, $5)
         order by customer_id, entry, step limit ${READ_AT_ONCE}`,
        [shopId, campaignId, ...from],
      );
      return result.rows;
    });
    if (rows.length > 0) yield rows;
    if (rows.length < READ_AT_ONCE) return;
    const last = rows.at(-1)!;
    after = [last.customerId, last.entry, last.step];
  }
}
