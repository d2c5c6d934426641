import { sqlInShop } from '#app/db.server.ts';
import { formatDay, type Day } from '#app/rfm/calendar.ts';
import { runningCampaign } from './campaign-steps.server.ts';
import { noteCampaign } from './campaign-events.server.ts';

/** Offers whose customers go on in one transaction. */
const AT_ONCE = 2_000;

/**
 * Lets customers go on whose offer came to an end: to the next step, which is due so many days after it was given or
 * dropped, or out, when it was the last one or staff took them out. Only while the campaign runs.
 * @returns whether more may wait
 */
export function passEnded(shopId: number, campaignId: number): Promise<boolean> {
  return sqlInShop(shopId, async (client) => {
    const running = await runningCampaign(client, shopId, campaignId);
    if (running === null) return false;
    const waits = running.plan.ladder.map(({ waitDays }) => waitDays);
    const { rows: ended } = await client.query<{ id: number }>(
      `select distinct customer_id as id from (select customer_id from offers where shop_id = $1 and campaign_id = $2
         and ${ENDED} order by customer_id limit $3) e order by 1`,
      [shopId, campaignId, AT_ONCE],
    );
    if (ended.length === 0) return false;
    const ids = ended.map(({ id }) => id);
    // Before their offers, as whoever notes that they ordered does.
    await client.query(
      `select from campaign_members where shop_id = $1 and campaign_id = $2 and customer_id = any($3::int8[])
       order by customer_id for update`,
      [shopId, campaignId, ids],
    );
    const { rows } = await client.query<{ n: number }>(
      `with ended as materialized (
         select customer_id, entry, step, state, reason, given_at from offers
         where shop_id = $1 and campaign_id = $2 and customer_id = any($5::int8[]) and ${ENDED}
         order by customer_id limit $3 for update),
       passed as (
         update offers o set passed_at = clock_timestamp() from ended e
         where o.shop_id = $1 and o.campaign_id = $2 and o.customer_id = e.customer_id and o.entry = e.entry
           and o.step = e.step),
       led as (
         update campaign_members m set reason = e.reason, due_at = case when n.state = 'active' then
             coalesce(e.given_at, clock_timestamp()) + make_interval(days => n.days) end, state = n.state
         from ended e left join unnest($4::int4[]) with ordinality w (days, place) on w.place = e.step + 2,
           lateral (select w.days, case when e.state = 'skipped' then 'skipped' when e.reason = 'ordered' then 'ordered'
             when e.reason = 'left-audience' then 'left' when w.days is null then 'ended' else 'active' end as state) n
         where m.shop_id = $1 and m.campaign_id = $2 and m.customer_id = e.customer_id and m.entry = e.entry
           and m.step = e.step and m.state = 'active' and m.due_at is null)
       select count(*) as n from ended`,
      [shopId, campaignId, AT_ONCE, waits, ids],
    );
    return rows[0]?.n === AT_ONCE;
  });
}

const ENDED = `passed_at is null and state in ('given', 'skipped', 'dropped', 'failed', 'unknown')`;

/** Puts offers before staff again whose day has come. */
export async function endPutOff(shopId: number, campaignId: number, today: Day): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `update offers set state = 'review', later_until = null
       where shop_id = $1 and campaign_id = $2 and state = 'later' and later_until <= $3::date`,
      [shopId, campaignId, formatDay(today)],
    ),
  );
}

const OPEN = `('review', 'later', 'approved', 'ready')`;

/**
 * Ends what a stopped campaign had under way: offers on their way come to nothing, customers go no further, and what
 * was handed over is due to be taken back.
 */
export async function endStopped(shopId: number, campaignId: number): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    await client.query('select from campaigns where shop_id = $1 and id = $2 for no key update', [
      shopId,
      campaignId,
    ]);
    await endOffers(client, shopId, campaignId, 'left');
    await client.query(
      `update offers set withdraw_at = clock_timestamp() where shop_id = $1 and campaign_id = $2
         and withdrawn_at is null and withdraw_at > clock_timestamp()`,
      [shopId, campaignId],
    );
  });
}

/**
 * Ends a campaign whose customers were all watched for long enough: nobody comes to another step, and once everything
 * that was handed over is taken back it is finished.
 */
export async function endFinished(shopId: number, campaignId: number): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const { rowCount } = await client.query(
      `select from campaigns where shop_id = $1 and id = $2 and state = 'running' and ends_at <= clock_timestamp()
       for update`,
      [shopId, campaignId],
    );
    if (rowCount === 0) return;
    await endOffers(client, shopId, campaignId, 'ended');
    const { rowCount: finished } = await client.query(
      `update campaigns set state = 'finished', ended_at = clock_timestamp(), revision = revision + 1
       where shop_id = $1 and id = $2 and not exists (select from offers where shop_id = $1 and campaign_id = $2
         and (state = 'sending' or (withdraw_at is not null and withdrawn_at is null)))`,
      [shopId, campaignId],
    );
    if (finished === 1) await noteCampaign(client, shopId, campaignId, null, 'finish', {});
  });
}

type Client = Parameters<typeof noteCampaign>[0];

async function endOffers(
  client: Client,
  shopId: number,
  campaignId: number,
  state: 'left' | 'ended',
): Promise<void> {
  await client.query(
    `update offers set state = 'dropped', reason = 'stopped', passed_at = clock_timestamp()
     where shop_id = $1 and campaign_id = $2 and state in ${OPEN}`,
    [shopId, campaignId],
  );
  await client.query(
    `update campaign_members set state = $3, reason = 'stopped', due_at = null
     where shop_id = $1 and campaign_id = $2 and state = 'active'`,
    [shopId, campaignId, state],
  );
}
