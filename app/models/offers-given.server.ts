import { sqlInShop } from '#app/db.server.ts';

/** What came of handing an offer over. `later`: not now, it is ready as before. */
export type OfferSettled = {
  customerId: number;
  entry: number;
  step: number;
  outcome: 'given' | 'failed' | 'unknown' | 'dropped' | 'later';
  reason: string | null;
  /** epoch milliseconds; null = nothing is to be taken back */
  withdrawAt: number | null;
};

/** Why a message waits by itself, whatever becomes of the others of its campaign. */
export const OF_ONE_OFFER = ['quiet-hours', 'busy', 'changed-elsewhere'];
/** So long it is left alone then: others have their turn, and one that is refused for now is not pressed upon. */
const WAIT = '15 minutes';

/**
 * Notes what came of offers that were on their way. What was given to somebody who ordered meanwhile, or whose campaign
 * was stopped, is due to be taken back at once; what was to be taken back sooner than it was thought stays so.
 */
export async function settleOffers(
  shopId: number,
  campaignId: number,
  settled: readonly OfferSettled[],
): Promise<void> {
  if (settled.length === 0) return;
  await sqlInShop(shopId, async (client) => {
    // Held first, so that whoever stops the campaign finds what is noted here, or is found by it.
    const { rows } = await client.query<{ state: string }>(
      'select state from campaigns where shop_id = $1 and id = $2 for no key update',
      [shopId, campaignId],
    );
    await client.query(
      `update offers o set state = case when s.outcome = 'later' then 'ready' else s.outcome end, reason = s.reason,
         sent_at = case when s.outcome in ('later', 'dropped') then null else o.sent_at end,
         not_before = case when s.outcome = 'later' and s.reason = any($10)
           then clock_timestamp() + interval '${WAIT}' end,
         given_at = case when s.outcome = 'given' then clock_timestamp() end,
         withdraw_at = case when s.at is null then case when s.outcome in ('given', 'unknown') then o.withdraw_at end
           when m.state = 'ordered' or $9 = 'stopped' then clock_timestamp()
           else least(o.withdraw_at, to_timestamp(s.at / 1000)) end
       from unnest($3::int8[], $4::int4[], $5::int2[], $6::text[], $7::text[], $8::float8[])
           s (customer_id, entry, step, outcome, reason, at)
         left join campaign_members m on m.shop_id = $1 and m.campaign_id = $2 and m.customer_id = s.customer_id
       where o.shop_id = $1 and o.campaign_id = $2 and o.customer_id = s.customer_id and o.entry = s.entry
         and o.step = s.step and o.state = 'sending'`,
      [
        shopId,
        campaignId,
        settled.map(({ customerId }) => customerId),
        settled.map(({ entry }) => entry),
        settled.map(({ step }) => step),
        settled.map(({ outcome }) => outcome),
        settled.map(({ reason }) => reason),
        settled.map(({ withdrawAt }) => withdrawAt),
        rows[0]?.state ?? '',
        OF_ONE_OFFER,
      ],
    );
    // They go on to their next step; what is not for now is looked at again in its time.
    if (settled.every(({ outcome }) => outcome === 'later')) return;
    await client.query(
      'update campaigns set look_at = clock_timestamp(), give_tries = 0 where shop_id = $1 and id = $2',
      [shopId, campaignId],
    );
  });
}
