import type { AudiencePlan } from '#app/campaigns/plan.ts';
import { sqlInShop } from '#app/db.server.ts';
import type { AskedAsOf, Tree } from '#app/rfm/conditions.ts';
import { askedAsOf } from './audience.server.ts';
import { boughtIsWhole } from './bought.server.ts';
import { LEFT_OUT, type AudienceCounts, type LeftOut } from './campaigns.server.ts';
import { asksForOrders, compileEach, type InReading } from './condition-sql.ts';
import { IN_ONE_PASS, OF_EVERYBODY } from './in-one-pass.ts';
import { savedSegment } from './saved-segments.server.ts';
import { latestRun } from './scores.server.ts';
import { readSettings } from './settings.server.ts';
import { segmentReading, type Unread } from './shopify-segments.server.ts';

/** Why an audience cannot be told: nothing is scored yet, or a segment it names was deleted, or cannot be or is not read. */
export type NoAudience = 'not-scored' | 'segment-gone' | Unread;

/** An audience with everything it rests on: the questions of its segments, and as of when they are asked. */
export type AskedAudience = {
  plan: AudiencePlan;
  /** of a segment of Shopify's who is in it as it was read lately */
  source: Tree | InReading;
  leaveOut: Tree[];
  asked: AskedAsOf;
  /** the questions ask for what is gathered of orders */
  orders: boolean;
  /** and that was not gathered of everybody since the last full run */
  waits: boolean;
};

/** How many an audience holds, and how many of them in each segment; 'unscored' is one. */
export type AudienceSize = Pick<AudienceCounts, 'asked' | 'leftOut'> & {
  members: number;
  strata: { stratum: string; customers: number }[];
};

/** Past their own usual gap is who is not due today or later; of whom no due day is known is nobody within it. */
const WITHIN_GAP: Tree = { match: 'all', parts: [{ what: 'due-in', from: 0, to: null }] };

/**
 * Reads what an audience rests on, or tells why it has none.
 * @param within seconds since which a segment of Shopify's must have been read
 */
export async function askAudience(
  shopId: number,
  plan: AudiencePlan,
  within?: number,
): Promise<AskedAudience | NoAudience> {
  const run = await latestRun(shopId);
  if (run === null) return 'not-scored';
  const { source } = plan;
  const read = source.kind === 'shopify' ? await segmentReading(shopId, source.gid, within) : null;
  if (typeof read === 'string') return read;
  const [first, ...leaveOut] = await Promise.all(
    [...(source.kind === 'saved' ? [source.id] : [null]), ...plan.leaveOut].map(async (id) =>
      id === null ? null : (await savedSegment(shopId, id))?.tree,
    ),
  );
  const of: Tree | InReading | null | undefined =
    source.kind !== 'segments'
      ? (read ?? first)
      : { match: 'all', parts: [{ what: 'segment', is: source.slugs, not: false }] };
  if (!of || leaveOut.some((tree) => !tree)) return 'segment-gone';
  const without = leaveOut as Tree[];
  const orders =
    plan.overdueOnly || [of, ...without].some((tree) => !('reading' in tree) && asksForOrders(tree));
  return {
    plan,
    source: of,
    leaveOut: without,
    asked: askedAsOf(run, await readSettings(shopId)),
    orders,
    waits: orders && !(await boughtIsWhole(shopId, run.id)),
  };
}

/** Counts who would take part as of now: each customer who was asked for and is left out once, under the first reason. */
export async function countCampaignAudience(
  shopId: number,
  plan: AudiencePlan,
  campaignId: number | null = null,
): Promise<AudienceSize | NoAudience> {
  const audience = await askAudience(shopId, plan);
  if (typeof audience === 'string') return audience;
  const { text, values } = askedSql(shopId, audience, campaignId);
  return sqlInShop(shopId, async (client) => {
    await client.query(`${OF_EVERYBODY}; ${IN_ONE_PASS}`);
    const { rows } = await client.query<{ why: LeftOut | null; stratum: string; n: number }>(
      `with asked as (${text}) select why, stratum, count(*) as n from asked group by why, stratum order by n desc`,
      values,
    );
    const sum = (of: typeof rows): number => of.reduce((all, { n }) => all + n, 0);
    const strata = rows.filter(({ why }) => why === null);
    return {
      asked: sum(rows),
      leftOut: leftOutOf(rows),
      members: sum(strata),
      strata: strata.map(({ stratum, n }) => ({ stratum, customers: n })),
    };
  });
}

/** How many were left out for which reason. */
export function leftOutOf(rows: readonly { why: LeftOut | null; n: number }[]): Record<LeftOut, number> {
  const counts = Object.fromEntries(LEFT_OUT.map((why) => [why, 0])) as Record<LeftOut, number>;
  for (const { why, n } of rows) if (why !== null) counts[why] += n;
  return counts;
}

const AGREED = { email: ['email'], sms: ['sms'], either: ['email', 'sms'], any: [] } as const;

/** Whether a customer c agreed to be reached as an audience asks for it, SQL: true, false or null. */
export function agreedSql(consent: AudiencePlan['consent']): string {
  const agreed = AGREED[consent].map((channel) => `c.${channel}_consent = 'SUBSCRIBED'`);
  return agreed.length === 0 ? 'true' : `(${agreed.join(' or ')})`;
}

/** Whether a customer is in the source, the first of these conditions, and in none of those that are left out, SQL. */
export function insideSql([source, ...rest]: readonly string[], leaveOut: number): string {
  const out = rest.slice(0, leaveOut).map((one) => ` and (${one}) is not true`);
  return `((${source}) is true${out.join('')})`;
}

/**
 * Whether a campaign reached a customer s within so many days. Who is held out rests from the steps it came to as if it
 * had been reached, like everybody else who came to them: whom a campaign of later would take is no matter of the side.
 */
function reachedWithin(days: string): string {
  const since = `clock_timestamp() - make_interval(days => ${days})`;
  return `(s.customer_id in (select o.customer_id from offers o where o.shop_id = $1
      and o.state in ('sending', 'given', 'unknown') and o.sent_at > ${since})
    or s.customer_id in (select m.customer_id from campaign_members m where m.shop_id = $1 and m.reached_at > ${since}))`;
}

/**
 * The customers of other campaigns whose orders are still compared, or who still come to steps there. Both sides alike,
 * and also of campaigns that were stopped: who is held out would be compared no more if another campaign reached it.
 */
function comparedElsewhere(but: string): string {
  return `with others as materialized (
      select k.id, make_interval(days => (v.plan ->> 'observeDays')::int) as days, k.state in ('running', 'paused') as goes,
        v.plan #>> '{again,kind}' <> 'never' and k.ends_at > clock_timestamp() as again
      from campaigns k join campaign_versions v on v.shop_id = $1 and v.campaign_id = k.id and v.version = k.version
      where k.shop_id = $1 and k.launched_at is not null and k.id <> ${but})
    select m.customer_id from others k join campaign_members m on m.shop_id = $1 and m.campaign_id = k.id
    where k.again or m.entered_at + k.days > clock_timestamp() or (k.goes and m.state = 'active')`;
}

/** Who was skipped for a reason that the plan names, SQL. */
function skippedFor({ leaveOutSkipped = [] }: AudiencePlan, bind: (value: unknown) => string): string[] {
  if (leaveOutSkipped.length === 0) return [];
  return [
    `s.customer_id in (select o.customer_id from offers o
       where o.shop_id = $1 and o.state = 'skipped' and o.reason = any(${bind(leaveOutSkipped)}))`,
  ];
}

/**
 * Everybody an audience's source asks for, as SQL: customer_id, stratum, last_day, and `why` somebody is left out, null
 * for those who take part.
 * @param campaignId whose own customers are no reason to leave anybody out; null = of a draft
 */
export function askedSql(
  shopId: number,
  { plan, source, leaveOut, asked }: Omit<AskedAudience, 'waits' | 'orders'>,
  campaignId: number | null,
): { text: string; values: unknown[] } {
  const trees = [source, ...leaveOut, ...(plan.overdueOnly ? [WITHIN_GAP] : [])];
  const { from, each, values } = compileEach(shopId, trees, asked, { customers: plan.consent !== 'any' });
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const [among, ...rest] = each;
  const excluded = [...rest.slice(0, leaveOut.length), ...skippedFor(plan, bind)];
  const reasons: Record<LeftOut, string> = {
    excluded: excluded.length === 0 ? 'false' : `(${excluded.join(' or ')})`,
    'no-consent': `${agreedSql(plan.consent)} is not true`,
    'within-gap': plan.overdueOnly ? rest[leaveOut.length]! : 'false',
    ordered: `(s.last_order_day > date '1970-01-01' + ${bind(asked.asOf - plan.quietDays)}::int) is true`,
    contacted: plan.restDays === 0 ? 'false' : reachedWithin(bind(plan.restDays)),
    'in-campaign': `s.customer_id in (${comparedElsewhere(bind(campaignId ?? 0))})`,
  };
  const why = LEFT_OUT.map((reason) => `when ${reasons[reason]} then '${reason}'`).join(' ');
  return {
    text: `select s.customer_id, coalesce(s.segment, 'unscored') as stratum, s.last_order_day as last_day,
        case ${why} end as why
      from ${from} where s.shop_id = $1 and ${among}`,
    values,
  };
}
