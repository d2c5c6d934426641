import { sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import type { OfferState } from '#app/campaigns/offer-states.ts';
import type { CampaignState } from '#app/campaigns/states.ts';
import { noteCampaign } from './campaign-events.server.ts';
import { pauseRunning } from './pause-campaign.server.ts';

/**
 * A campaign that wants to be looked at; `lookAt` is told back when that is done. `joinedOn` is the day on which newcomers
 * were let in last.
 */
export type DueCampaign = {
  id: number;
  state: CampaignState;
  launched: boolean;
  lookAt: string;
  joinedOn: Day | null;
};

/** The campaign that waits longest to be looked at, null when none is due. */
export function nextDueCampaign(shopId: number): Promise<DueCampaign | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<DueCampaign>(
      `select id, state, launched_at is not null as launched, look_at::text as "lookAt",
         joined_on - date '1970-01-01' as "joinedOn" from campaigns
       where shop_id = $1 and look_at <= clock_timestamp() order by look_at, id limit 1`,
      [shopId],
    );
    return rows[0] ?? null;
  });
}

/** Seconds after which a campaign is looked at although nothing is due: with offers on their way, and without. */
const [SOON, LATER] = [60, 300];

/**
 * When something is looked at that is due at an instant, SQL: in the first place then. What is overdue, since it cannot
 * be done now, is looked at after as long as it has waited.
 */
const onceDue = (at: string, least: number, most: number): string =>
  `case when ${at} is not null then greatest(${at}, clock_timestamp() + greatest(interval '${least} seconds',
     least(clock_timestamp() - ${at}, interval '${most} seconds'))) end`;
const MEMBER = onceDue('of.member', 1, LATER);
const OFFER = onceDue('of.offer', 5, 900);

/**
 * Notes when a campaign is to be looked at next, unless somebody gave it something to do meanwhile.
 * @param inSeconds sooner than what it waits for would have it
 */
export async function lookedAt(
  shopId: number,
  { id, lookAt }: DueCampaign,
  inSeconds: number = LATER,
): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `with of as materialized (
         select (select min(due_at) from campaign_members where shop_id = $1 and campaign_id = $2 and due_at is not null)
             as member,
           (select min(withdraw_at) from offers where shop_id = $1 and campaign_id = $2 and withdraw_at is not null
             and withdrawn_at is null) as offer,
           exists (select from offers where shop_id = $1 and campaign_id = $2
             and state in ('review', 'later', 'approved', 'ready', 'sending')) as open,
           exists (select from offers where shop_id = $1 and campaign_id = $2 and state = 'sending') as sending)
       update campaigns set look_tries = 0, look_at = case
           when state = 'scheduled' then start_at
           when state = 'running' then least(${MEMBER}, ${OFFER},
             case when ends_at > clock_timestamp() then ends_at end,
             -- One whose days are over waits for what still stands.
             case when of.open or of.offer is null or ends_at is null or ends_at > clock_timestamp()
               then clock_timestamp() + make_interval(secs => least($4, case when of.open then ${SOON} else ${LATER} end)) end)
           else least(${OFFER}, case when of.sending then clock_timestamp() + interval '${SOON} seconds' end) end
       from of where shop_id = $1 and id = $2 and look_at::text = $3`,
      [shopId, id, lookAt, inSeconds],
    ),
  );
}

/** Notes when the next campaign of the shop is due, after all that were due were looked at. */
export async function allLookedAt(shopId: number): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    // Held first: who wakes a campaign meanwhile is waited for, and its wish is seen below.
    await client.query('select from shops where shop_id = $1 for update', [shopId]);
    await client.query(
      'update shops set campaigns_at = (select min(look_at) from campaigns where shop_id = $1) where shop_id = $1',
      [shopId],
    );
  });
}

/** Begins a campaign whose time has come; false when it was taken back or begun meanwhile. */
export function beginScheduled(shopId: number, id: number): Promise<boolean> {
  return sqlInShop(shopId, async (client) => {
    const { rowCount } = await client.query(
      `update campaigns set state = 'running', revision = revision + 1
       where shop_id = $1 and id = $2 and state = 'scheduled' and start_at <= clock_timestamp()`,
      [shopId, id],
    );
    if (rowCount === 1) await noteCampaign(client, shopId, id, null, 'launch', {});
    return rowCount === 1;
  });
}

/** Pauses a running campaign by the app itself, with the reason that staff are told. */
export function pauseCampaign(shopId: number, id: number, reason: string): Promise<boolean> {
  return sqlInShop(shopId, async (client) => {
    await client.query('select from campaigns where shop_id = $1 and id = $2 for update', [shopId, id]);
    const paused = await pauseRunning(client, shopId, id, reason);
    if (paused) await noteCampaign(client, shopId, id, null, 'pause', { reason });
    return paused;
  });
}

/** In which of the states on the way to their customers offers of the shop's running campaigns are. */
export function openOffers(shopId: number): Promise<Set<OfferState>> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ state: OfferState }>(
      `select s.state from unnest(array['approved', 'ready', 'sending']) s (state) where exists (
         select from offers o join campaigns c on c.shop_id = $1 and c.id = o.campaign_id
         where o.shop_id = $1 and o.state = s.state and (s.state = 'sending' or c.state = 'running'))`,
      [shopId],
    );
    return new Set(rows.map(({ state }) => state));
  });
}
