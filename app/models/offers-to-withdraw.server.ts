import type { StandingOffer } from '#app/campaigns/carried.ts';
import { sqlInShop } from '#app/db.server.ts';
import { noteCampaign } from './campaign-events.server.ts';
import { standingOffers } from './standing-offers.server.ts';

/**
 * An offer that is to be taken back from a customer; `tagged`: the campaign's tag is ours; `mailed`: what is left of it is
 * the mark that a message was handed over.
 */
export type OfferToWithdraw = {
  campaignId: number;
  slug: string;
  customerId: number;
  entry: number;
  step: number;
  tagged: boolean;
  mailed: boolean;
};

/** Offers that are due to be taken back, those that wait longest first, and what their customers keep. */
export function takeToWithdraw(
  shopId: number,
  limit: number,
): Promise<{ offers: OfferToWithdraw[]; standing: StandingOffer[] }> {
  return sqlInShop(shopId, async (client) => {
    const { rows: offers } = await client.query<OfferToWithdraw>(
      `select o.campaign_id as "campaignId", c.slug, o.customer_id as "customerId", o.entry, o.step,
         coalesce(o.tagged, false) as tagged, v.plan->>'delivery' = 'mail' as mailed
       from offers o join campaigns c on c.shop_id = $1 and c.id = o.campaign_id
         join campaign_versions v on v.shop_id = $1 and v.campaign_id = o.campaign_id and v.version = o.version
       where o.shop_id = $1 and o.withdraw_at <= clock_timestamp() and o.withdrawn_at is null
         and o.state <> 'sending' order by o.withdraw_at, o.customer_id limit $2`,
      [shopId, limit],
    );
    const customers = offers.map(({ customerId }) => customerId);
    return { offers, standing: await standingOffers(client, shopId, customers) };
  });
}

/** Notes that these offers were taken back. */
export async function noteWithdrawn(shopId: number, offers: readonly OfferToWithdraw[]): Promise<void> {
  const campaigns = [...new Set(offers.map(({ campaignId }) => campaignId))];
  await sqlInShop(shopId, async (client) => {
    await client.query(
      'select from campaigns where shop_id = $1 and id = any($2::int8[]) order by id for no key update',
      [shopId, campaigns],
    );
    await client.query(
      `update offers o set withdrawn_at = clock_timestamp()
       from unnest($2::int8[], $3::int8[], $4::int4[], $5::int2[]) w (campaign_id, customer_id, entry, step)
       where o.shop_id = $1 and o.campaign_id = w.campaign_id and o.customer_id = w.customer_id and o.entry = w.entry
         and o.step = w.step and o.withdrawn_at is null`,
      [
        shopId,
        offers.map(({ campaignId }) => campaignId),
        offers.map(({ customerId }) => customerId),
        offers.map(({ entry }) => entry),
        offers.map(({ step }) => step),
      ],
    );
    // A campaign whose days are over is finished after the last one.
    await client.query(
      `update campaigns c set look_at = clock_timestamp() where c.shop_id = $1 and c.id = any($2::int8[])
         and c.state = 'running' and c.ends_at <= clock_timestamp() and not exists (select from offers o
           where o.shop_id = $1 and o.campaign_id = c.id and o.withdraw_at is not null and o.withdrawn_at is null)`,
      [shopId, campaigns],
    );
  });
}

/**
 * Everything of campaigns is to be taken back from every customer, as the merchant removes what was written: tags and
 * fields, what is just on its way, and the marks of messages. Running campaigns pause, or they would go on writing.
 */
export async function withdrawEverything(shopId: number): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    await client.query('select from campaigns where shop_id = $1 order by id for update', [shopId]);
    const { rows } = await client.query<{ id: number }>(
      `update campaigns set state = 'paused', pause_reason = 'removing', revision = revision + 1,
         look_at = clock_timestamp() where shop_id = $1 and state = 'running' returning id`,
      [shopId],
    );
    for (const { id } of rows) await noteCampaign(client, shopId, id, null, 'pause', { reason: 'removing' });
    await client.query(
      `update offers set withdraw_at = clock_timestamp()
       where shop_id = $1 and withdrawn_at is null and (withdraw_at > clock_timestamp()
         or (withdraw_at is null and sent_at is not null and state in ('sending', 'given', 'unknown')))`,
      [shopId],
    );
  });
}

/** Whether something is due to be taken back from somebody. */
export function anyToWithdraw(shopId: number): Promise<boolean> {
  return sqlInShop(shopId, async (client) => {
    const { rowCount } = await client.query(
      `select from offers where shop_id = $1 and withdraw_at <= clock_timestamp() and withdrawn_at is null
         and state <> 'sending' limit 1`,
      [shopId],
    );
    return rowCount === 1;
  });
}
