import type { PoolClient } from 'pg';
import { goesNow } from '#app/campaigns/send-hour.ts';

/** An offer of a campaign, by what names it. */
export type ReadyKey = { customerId: number; entry: number; step: number };

/** An arm that has offers ready, or on their way. */
type WaitingArm = { version: number; step: number; branch: number; arm: number; hour: number | null };

/**
 * The next offers of a campaign that may be handed over at an instant, those that wait longest first: what a process
 * that died was handing over at any time, what is ready at its hour. It costs as much as what is returned, however many
 * are ready.
 */
export async function nextReady(
  client: PoolClient,
  shopId: number,
  campaignId: number,
  { at, timeZone, limit }: { at: number; timeZone: string; limit: number },
): Promise<ReadyKey[]> {
  const arms = await waitingArms(client, shopId, campaignId);
  if (arms.length === 0) return [];
  const { rows } = await client.query<ReadyKey>(
    `select k.customer_id as "customerId", k.entry, p.step
     from unnest($3::int4[], $4::int2[], $5::int2[], $6::int2[], $7::bool[]) p (version, step, branch, arm, now)
       cross join lateral ((${nextOf('sending')} and (o.withdraw_at is null or o.withdraw_at > clock_timestamp())
           ${IN_TURN}) union all (${nextOf('ready')} and p.now
           and (o.not_before is null or o.not_before <= clock_timestamp()) ${IN_TURN})) k
     order by k.created_at, k.customer_id limit $8`,
    [
      shopId,
      campaignId,
      arms.map(({ version }) => version),
      arms.map(({ step }) => step),
      arms.map(({ branch }) => branch),
      arms.map(({ arm }) => arm),
      arms.map(({ hour }) => goesNow(hour, at, timeZone)),
      limit,
    ],
  );
  return rows;
}

const OF_ARM = `o.shop_id = $1 and o.campaign_id = $2 and o.version = p.version and o.step = p.step
  and o.branch = p.branch and o.arm = p.arm`;
const IN_TURN = 'order by o.created_at, o.customer_id limit $8';

function nextOf(state: 'ready' | 'sending'): string {
  return `select o.customer_id, o.entry, o.created_at from offers o where ${OF_ARM} and o.state = '${state}'`;
}

/** Which arms have offers ready or on their way, of whatever version, and at which hour they go out. */
async function waitingArms(client: PoolClient, shopId: number, campaignId: number): Promise<WaitingArm[]> {
  const { rows } = await client.query<WaitingArm>(
    `select p.version, p.step, p.branch, p.arm, p.hour
     from (select v.version, (s.place - 1)::int2 as step, (b.place - 1)::int2 as branch, (a.place - 1)::int2 as arm,
         (a.arm ->> 'hour')::int4 as hour
       from campaign_versions v
         cross join lateral jsonb_array_elements(v.plan -> 'ladder') with ordinality s (step, place)
         cross join lateral jsonb_array_elements(s.step -> 'branches') with ordinality b (branch, place)
         cross join lateral jsonb_array_elements(b.branch -> 'arms') with ordinality a (arm, place)
       where v.shop_id = $1 and v.campaign_id = $2) p
       -- With a limit each arm is asked for one row of the index, and not all offers for their arms.
       cross join lateral (select from offers o where ${OF_ARM} and o.state in ('ready', 'sending')
         order by o.state limit 1) w`,
    [shopId, campaignId],
  );
  return rows;
}
