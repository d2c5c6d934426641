import type { PoolClient } from 'pg';
import type { ArmSums } from '#app/campaigns/compared-arms.ts';
import type { Brought } from '#app/campaigns/bootstrap.ts';
import { ENOUGH_READ } from '#app/campaigns/known-orders.ts';
import type { GroupSums, MeasuredSums, StepSums } from '#app/campaigns/figures.ts';

/** How many members are where: what stratum they were drawn in, and in which segment they are now. */
type MovedMembers = { heldOut: boolean; stratum: string; segment: string | null; customers: number };

/** What is counted of a campaign's members and the orders in `compared`. */
export type Counted = Omit<MeasuredSums, 'movement'> & { moved: MovedMembers[] };

const BUYERS = `select customer_id, held_out, count(*) as orders, sum(revenue) as revenue, sum(discount) as discount,
    sum(profit) as profit, bool_or(profit is null) as unknown
  from compared group by customer_id, held_out`;

/** Counts both groups, strata, arms, steps and moves of a campaign, in this transaction after reckonProfits. */
export async function countCompared(
  client: PoolClient,
  shopId: number,
  campaignId: number,
): Promise<Counted> {
  const { rows: groups } = await client.query<GroupSums & { heldOut: boolean; unknown: boolean }>(
    `select m.held_out as "heldOut", count(*) as customers, count(b.customer_id) as buyers,
       coalesce(sum(b.orders), 0)::int8 as orders, coalesce(sum(b.revenue), 0) as revenue,
       coalesce(sum(b.revenue ^ 2), 0) as "revenueSquares", coalesce(sum(b.profit), 0) as profit,
       coalesce(sum(b.profit ^ 2), 0) as "profitSquares", coalesce(sum(b.discount), 0) as discount,
       coalesce(bool_or(b.unknown), false) as unknown
     from campaign_members m left join (${BUYERS}) b on b.customer_id = m.customer_id
     where m.shop_id = $1 and m.campaign_id = $2 group by m.held_out`,
    [shopId, campaignId],
  );
  const unknown = groups.some((group) => group.unknown);
  const group = (heldOut: boolean): GroupSums => {
    const found = groups.find((one) => one.heldOut === heldOut);
    if (found === undefined) return NOBODY;
    const { heldOut: _, unknown: __, ...sums } = found;
    return { ...sums, profit: unknown ? null : sums.profit };
  };
  const { rows: orders } = await client.query<MeasuredSums['orders']>(
    `select coalesce(sum(compared), 0)::int8 as compared, coalesce(sum(read), 0)::int8 as read,
       coalesce(sum(costed), 0)::int8 as costed, coalesce(bool_and(read >= ${ENOUGH_READ} * compared), true) as enough
     from (select count(*) as compared, count(*) filter (where read) as read, count(*) filter (where costed) as costed
       from compared group by held_out) groups`,
  );
  return {
    treated: group(false),
    held: group(true),
    orders: orders[0]!,
    strata: await strataOf(client, shopId, campaignId),
    arms: await armsOf(client, shopId, campaignId),
    steps: await stepsOf(client, shopId, campaignId),
    moved: await movedOf(client, shopId, campaignId),
  };
}

const NOBODY: GroupSums = {
  customers: 0,
  buyers: 0,
  orders: 0,
  revenue: 0,
  revenueSquares: 0,
  profit: 0,
  profitSquares: 0,
  discount: 0,
};

async function strataOf(
  client: PoolClient,
  shopId: number,
  campaignId: number,
): Promise<MeasuredSums['strata']> {
  const { rows } = await client.query<Brought & { stratum: string; heldOut: boolean }>(
    `select m.stratum, m.held_out as "heldOut", count(*) as customers,
       coalesce(array_agg(b.profit order by m.customer_id) filter (where b.profit is not null), '{}') as values
     from campaign_members m left join (${BUYERS}) b on b.customer_id = m.customer_id
     where m.shop_id = $1 and m.campaign_id = $2 group by m.stratum, m.held_out order by m.stratum`,
    [shopId, campaignId],
  );
  const none: Brought = { customers: 0, values: [] };
  return [...Map.groupBy(rows, ({ stratum }) => stratum).values()].map((its) => {
    const side = (heldOut: boolean): Brought => {
      const { customers, values } = its.find((one) => one.heldOut === heldOut) ?? none;
      return { customers, values };
    };
    return { treated: side(false), held: side(true) };
  });
}

/** Whoever drew an arm first counts with the orders since, whatever became of the offer. */
async function armsOf(client: PoolClient, shopId: number, campaignId: number): Promise<ArmSums[]> {
  type Row = Omit<ArmSums, 'side'> & ArmSums['side'] & { unknown: boolean };
  const { rows } = await client.query<Row>(
    `with drawn as (
       select distinct on (version, step, branch, customer_id) version, step, branch, arm, customer_id, created_at
       from offers where shop_id = $1 and campaign_id = $2
       order by version, step, branch, customer_id, entry),
     brought as (
       select d.version, d.step, d.branch, d.arm, d.customer_id, count(c.id) as orders, coalesce(sum(c.profit), 0) as profit,
         bool_or(c.id is not null and c.profit is null) as unknown
       from drawn d left join compared c on c.customer_id = d.customer_id and c.processed_at >= d.created_at
       group by d.version, d.step, d.branch, d.arm, d.customer_id)
     select version, step, branch, arm, count(*) as customers, count(*) filter (where orders > 0) as buyers,
       sum(orders)::int8 as orders, sum(profit) as sum, sum(profit ^ 2) as squares, bool_or(unknown) as unknown
     from brought group by version, step, branch, arm order by version, step, branch, arm`,
    [shopId, campaignId],
  );
  return rows.map(({ version, step, branch, arm, orders, unknown, customers, buyers, sum, squares }) => ({
    version,
    step,
    branch,
    arm,
    orders,
    profit: unknown ? null : sum,
    side: { customers, buyers, sum, squares },
  }));
}

/** An order follows the step that was given last before it. */
async function stepsOf(client: PoolClient, shopId: number, campaignId: number): Promise<StepSums[]> {
  const { rows } = await client.query<StepSums & { unknown: boolean }>(
    `with given as (
       select step, customer_id, given_at, redeemed_at,
         lead(given_at) over (partition by customer_id order by given_at, step) as next_at
       from offers where shop_id = $1 and campaign_id = $2 and given_at is not null),
     followed as (
       select g.step, c.* from given g join compared c on c.customer_id = g.customer_id and c.processed_at >= g.given_at
         and (g.next_at is null or c.processed_at < g.next_at))
     select g.step, g.given, g.redeemed, coalesce(f.buyers, 0) as buyers, coalesce(f.orders, 0) as orders,
       coalesce(f.profit, 0) as profit, coalesce(f.discount, 0) as discount, coalesce(f.unknown, false) as unknown
     from (select step, count(*) as given, count(redeemed_at) as redeemed from given group by step) g
       left join (select step, count(distinct customer_id) as buyers, count(*) as orders, sum(profit) as profit,
         sum(discount) as discount, bool_or(profit is null) as unknown from followed group by step) f on f.step = g.step
     order by g.step`,
    [shopId, campaignId],
  );
  return rows.map(({ unknown, ...sums }) => ({ ...sums, profit: unknown ? null : sums.profit }));
}

async function movedOf(client: PoolClient, shopId: number, campaignId: number): Promise<MovedMembers[]> {
  const { rows } = await client.query<MovedMembers>(
    `select m.held_out as "heldOut", m.stratum, s.segment, count(*) as customers
     from campaign_members m join scores s on s.shop_id = $1 and s.customer_id = m.customer_id
     where m.shop_id = $1 and m.campaign_id = $2 group by m.held_out, m.stratum, s.segment`,
    [shopId, campaignId],
  );
  return rows;
}

/** The mean square of what a member's orders came to on average before, 0 when nobody ordered: minor units. */
export async function meanSquare(client: PoolClient, shopId: number, campaignId: number): Promise<number> {
  const { rows } = await client.query<{ square: number }>(
    `select coalesce(avg((s.monetary::float8 / s.frequency) ^ 2), 0) as square
     from campaign_members m join scores s on s.shop_id = $1 and s.customer_id = m.customer_id
     where m.shop_id = $1 and m.campaign_id = $2 and s.frequency > 0`,
    [shopId, campaignId],
  );
  return rows[0]!.square;
}
