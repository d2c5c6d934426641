import type { PoolClient } from 'pg';
import type { StandingOffer } from '#app/campaigns/carried.ts';
import type { Offer } from '#app/campaigns/plan.ts';

/** The offer of a row of offers in the version of its plan, SQL. */
export const offerOf = (version: string, row: string): string =>
  `${version}.plan #> array['ladder', ${row}.step::text, 'branches', ${row}.branch::text, 'arms', ${row}.arm::text, 'offer']`;
/** The same of a row o in the version v. */
export const PLANNED_OFFER = offerOf('v', 'o');

/**
 * The offers that these customers were handed over by tag and metafields and that still stand: those are neither taken
 * back nor due to be.
 */
export async function standingOffers(
  client: PoolClient,
  shopId: number,
  customers: readonly number[],
): Promise<StandingOffer[]> {
  const { rows } = await client.query<StandingOffer & { offer: Offer }>(
    `select o.customer_id as "customerId", o.campaign_id as "campaignId", c.slug, ${PLANNED_OFFER} as offer, o.code,
       o.ends_at as "endsAt", o.sent_at as "sentAt"
     from offers o join campaigns c on c.shop_id = $1 and c.id = o.campaign_id
       join campaign_versions v on v.shop_id = $1 and v.campaign_id = o.campaign_id and v.version = o.version
     where o.shop_id = $1 and o.customer_id = any($2::int8[]) and o.state = 'given' and o.withdrawn_at is null
       and o.withdraw_at > clock_timestamp()`,
    [shopId, customers],
  );
  return rows;
}
