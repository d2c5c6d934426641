import type { PoolClient } from 'pg';
import { campaignHash, unitOf } from '#app/campaign-hash.server.ts';
import { holdOut, isHeldOut, type Member } from '#app/campaigns/hold-out.ts';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { askedSql, leftOutOf, type AskedAudience } from './campaign-audience.server.ts';
import { noteCampaign } from './campaign-events.server.ts';
import type { AudienceCounts, LeftOut } from './campaigns.server.ts';
import { IN_ONE_PASS, OF_EVERYBODY } from './in-one-pass.ts';

/** Customers read, and stored, at a time. */
const AT_ONCE = 10_000;
const DAY_MS = 86_400_000;

/** A customer as the audience's query tells it; without one it is a count of those who were left out. */
type AskedRow = {
  customer_id: number;
  stratum: string;
  last_day: Day | null;
  why: LeftOut | null;
  n: number;
};
type Drawn = Member & { lastDay: Day | null };
/** The campaign's secret, the instant of the database, and what was launched. */
type Drawing = { shopId: number; campaignId: number; secret: Buffer; at: number; plan: CampaignPlan };

/**
 * Draws and stores who takes part in a campaign and who of them is held out, once: a campaign that was drawn, or that
 * does not run, stays as it is. All in one transaction, so a death leaves nothing. Customers are held one segment at a
 * time, since shares are taken in each.
 */
export function drawCampaign(
  shopId: number,
  campaignId: number,
  audience: AskedAudience,
): Promise<AudienceCounts | null> {
  return sqlInShop(shopId, async (client) => {
    const drawing = await heldToDraw(client, shopId, campaignId, 'launched_at is null');
    if (drawing === null) return null;
    const { at, plan } = drawing;
    const compared = firstWait(plan) + plan.observeDays;
    const { text, values } = askedSql(shopId, audience, campaignId);
    const leftOut: AskedRow[] = [];
    let [treated, held] = [0, 0];
    await eachStratum(client, text, values, leftOut, async (stratum, members) => {
      for (const one of members) one.hash = hashOf(drawing, one.customerId);
      const out = holdOut(members, plan.holdOut, () => unitOf(keyed(drawing, 'stratum', stratum)));
      held += out.size;
      treated += members.length - out.size;
      await storeMembers(client, drawing, members, (member) => out.has(member.customerId));
    });
    const counts: AudienceCounts = {
      asked: leftOut.reduce((sum, { n }) => sum + n, treated + held),
      leftOut: leftOutOf(leftOut),
      treated,
      heldOut: held,
    };
    await client.query(
      `update campaigns set launched_at = to_timestamp($3::float8 / 1000), audience = $4,
         ends_at = to_timestamp($3::float8 / 1000) + make_interval(days => $5),
         joined_on = date '1970-01-01' + $6::int, look_at = clock_timestamp()
       where shop_id = $1 and id = $2`,
      [shopId, campaignId, at, JSON.stringify(counts), compared + plan.joinDays, audience.asked.asOf],
    );
    await noteCampaign(client, shopId, campaignId, null, 'drawn', {
      asked: counts.asked,
      treated,
      heldOut: held,
    });
    return counts;
  });
}

/**
 * Lets in who came into the audience since, and, as the plan has it, who took part before: once for each day that
 * scores are as of. Nobody is drawn anew; a newcomer is held out by its own hash.
 */
export function joinCampaign(
  shopId: number,
  campaignId: number,
  audience: AskedAudience,
): Promise<{ joined: number; again: number } | null> {
  const day = audience.asked.asOf;
  return sqlInShop(shopId, async (client) => {
    const drawing = await heldToDraw(
      client,
      shopId,
      campaignId,
      `launched_at is not null and (joined_on is null or joined_on < date '1970-01-01' + ${Number(day)})`,
    );
    if (drawing === null) return null;
    const { at, plan } = drawing;
    const { text, values } = askedSql(shopId, audience, campaignId);
    const fresh = `select a.* from (${text}) a where a.why is null and not exists (select from campaign_members m
      where m.shop_id = $1 and m.campaign_id = $${values.length + 1} and m.customer_id = a.customer_id)`;
    const again = await comeAgain(client, drawing, text, values);
    let joined = 0;
    await eachStratum(client, fresh, [...values, campaignId], [], async (_, members) => {
      for (const one of members) one.hash = hashOf(drawing, one.customerId);
      joined += members.length;
      await storeMembers(client, drawing, members, ({ hash }) => isHeldOut(hash, plan.holdOut));
    });
    await client.query(
      `update campaigns set joined_on = date '1970-01-01' + $3::int, look_at = clock_timestamp(),
         ends_at = case when $4 then greatest(ends_at, to_timestamp($5::float8 / 1000) + make_interval(days => $6)) else ends_at end
       where shop_id = $1 and id = $2`,
      [shopId, campaignId, day, joined + again > 0, at, firstWait(plan) + plan.observeDays],
    );
    if (joined + again > 0) await noteCampaign(client, shopId, campaignId, null, 'joined', { joined, again });
    return { joined, again };
  });
}

/** Holds a running campaign that `also` is true of, so that nobody changes or draws it meanwhile; null otherwise. */
async function heldToDraw(
  client: PoolClient,
  shopId: number,
  campaignId: number,
  also: string,
): Promise<Drawing | null> {
  const { rows } = await client.query<Pick<Drawing, 'secret' | 'at' | 'plan'>>(
    `select c.secret, clock_timestamp() as at, v.plan from campaigns c
       join campaign_versions v on v.shop_id = $1 and v.campaign_id = c.id and v.version = c.version
     where c.shop_id = $1 and c.id = $2 and c.state = 'running' and ${also} for update of c`,
    [shopId, campaignId],
  );
  return rows[0] === undefined ? null : { shopId, campaignId, ...rows[0] };
}

/** Days until whoever comes in is at the first step. */
function firstWait({ ladder }: CampaignPlan): number {
  return ladder[0]?.waitDays ?? 0;
}

/** A hash of shop, campaign and whatever is named. */
function keyed({ secret, shopId, campaignId }: Drawing, ...of: (string | number)[]): Buffer {
  return campaignHash(secret, shopId, campaignId, ...of);
}

/** By which a customer of the campaign is held out: the same at any time. */
function hashOf(drawing: Drawing, customerId: number): number {
  return unitOf(keyed(drawing, customerId));
}

/** Hands on the customers of a query segment by segment; counts of who was left out are gathered beside. */
async function eachStratum(
  client: PoolClient,
  text: string,
  values: unknown[],
  leftOut: AskedRow[],
  take: (stratum: string, members: Drawn[]) => Promise<void>,
): Promise<void> {
  await client.query(`${OF_EVERYBODY}; ${IN_ONE_PASS}`);
  await client.query(
    `declare audience no scroll cursor for with asked as materialized (${text})
     select customer_id, stratum, last_day, null as why, 1 as n from asked where why is null
     union all select 0, '', null, why, count(*)::int from asked where why is not null group by why
     order by 2, 1`,
    values,
  );
  let members: Drawn[] = [];
  const end = async (): Promise<void> => {
    if (members.length > 0) await take(members[0]!.stratum, members);
    members = [];
  };
  for (;;) {
    const { rows } = await client.query<AskedRow>(`fetch ${AT_ONCE} from audience`);
    for (const row of rows) {
      if (row.why !== null) leftOut.push(row);
      else {
        if (members[0] !== undefined && members[0].stratum !== row.stratum) await end();
        members.push({ customerId: row.customer_id, stratum: row.stratum, hash: 0, lastDay: row.last_day });
      }
    }
    if (rows.length < AT_ONCE) break;
  }
  await end();
  await client.query('close audience');
}

/** Adds customers. Orders are compared from their first step's day on, of those who are held out as well. */
async function storeMembers(
  client: PoolClient,
  { shopId, campaignId, at, plan }: Drawing,
  members: readonly Drawn[],
  isOut: (member: Drawn) => boolean,
): Promise<void> {
  for (let from = 0; from < members.length; from += AT_ONCE) {
    const part = members.slice(from, from + AT_ONCE);
    await client.query(
      `insert into campaign_members (shop_id, campaign_id, customer_id, stratum, held_out, entered_at, entry_at,
         last_order_day, due_at)
       select $1, $2, m.id, $3, m.held, t.due, t.at, date '1970-01-01' + m.day, t.due
       from unnest($4::int8[], $5::bool[], $6::int4[]) m (id, held, day),
         (select to_timestamp($7::float8 / 1000) as at, to_timestamp($8::float8 / 1000) as due) t`,
      [
        shopId,
        campaignId,
        part[0]!.stratum,
        part.map(({ customerId }) => customerId),
        part.map(isOut),
        part.map(({ lastDay }) => lastDay),
        at,
        at + firstWait(plan) * DAY_MS,
      ],
    );
  }
}

/**
 * Lets those take part again who are in the audience and whose part ended long enough ago, or who were away meanwhile:
 * they ordered, or left the audience. Whom staff took out stays out.
 */
async function comeAgain(
  client: PoolClient,
  { campaignId, at, plan }: Drawing,
  text: string,
  values: unknown[],
): Promise<number> {
  const { again } = plan;
  if (again.kind === 'never') return 0;
  const bound = [...values, campaignId, at, firstWait(plan)];
  const [campaign, now, wait] = [1, 2, 3].map((n) => `$${values.length + n}`);
  const may =
    again.kind === 'after'
      ? `m.entry_at <= to_timestamp(${now}::float8 / 1000) - make_interval(days => ${Number(again.days)})`
      : `(m.state = 'left' or a.last_day is distinct from m.last_order_day)`;
  const { rowCount } = await client.query(
    `update campaign_members m set entry = m.entry + 1, entry_at = to_timestamp(${now}::float8 / 1000), step = -1,
       state = 'active', reason = null, last_order_day = a.last_day,
       due_at = to_timestamp(${now}::float8 / 1000) + make_interval(days => ${wait}::int)
     from (${text}) a where a.why is null and m.shop_id = $1 and m.campaign_id = ${campaign}
       and m.customer_id = a.customer_id and m.state not in ('active', 'skipped') and ${may}`,
    bound,
  );
  return rowCount ?? 0;
}
