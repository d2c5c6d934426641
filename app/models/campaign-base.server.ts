import type { PoolClient } from 'pg';
import { baseRate, type AlikeCell, type BaseRate } from '#app/campaigns/base-rate.ts';
import type { BuyerMoney } from '#app/campaigns/power.ts';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { sqlInShop, type ShopRow } from '#app/db.server.ts';
import { startOfDay, type Day } from '#app/rfm/calendar.ts';
import type { CountingRules } from '#app/rfm/order.ts';
import type { Bounds } from '#app/rfm/scores.ts';
import { askAudience, askedSql } from './campaign-audience.server.ts';
import { countsSql } from './counted-sql.ts';
import { waitingForCodes, type WaitingForCodes } from './full-price.server.ts';
import { IN_ONE_PASS, OF_EVERYBODY } from './in-one-pass.ts';
import type { MemberQuery } from './members.server.ts';
import { ordersAmong } from './order-lists.server.ts';
import { latestRun, type ScoreRun } from './scores.server.ts';
import { readSettings } from './settings.server.ts';

/** How an audience ordered by itself in the past, see campaignBase. */
export type CampaignBase = {
  audience: number;
  /** the days in which was looked whether they ordered, ends included */
  from: Day;
  through: Day;
  /** null = too little is known */
  rate: BaseRate | null;
  /** what those who ordered spent in these days, null = fewer than 20 did */
  money: BuyerMoney | null;
  codes: WaitingForCodes;
};

/** What an audience is compared with, and how. */
export type BaseQuestion = {
  run: Pick<ScoreRun, 'asOf' | 'cutPoints' | 'currency'>;
  timeZone: string;
  rules: CountingRules;
  windowDays: number | null;
  /** days that orders of the campaign would be compared */
  observeDays: number;
  /** only who had not ordered for so many days */
  quietDays: number;
};

/** The same of the audience that a plan asks for; null while nobody can say who is in it. */
export async function planBase(
  shop: Pick<ShopRow, 'id' | 'timeZone'>,
  { audience: plan, observeDays }: Pick<CampaignPlan, 'audience' | 'observeDays'>,
): Promise<CampaignBase | null> {
  const [audience, run, rules] = await Promise.all([
    askAudience(shop.id, plan),
    latestRun(shop.id),
    readSettings(shop.id),
  ]);
  if (typeof audience === 'string' || run === null) return null;
  const { text, values } = askedSql(shop.id, audience, null);
  const members = {
    from: `(${text}) a join scores s on s.shop_id = $1 and s.customer_id = a.customer_id`,
    where: 'a.why is null',
    values,
  };
  return campaignBase(shop.id, members, {
    run,
    timeZone: shop.timeZone ?? 'UTC',
    rules,
    windowDays: rules.windowDays,
    observeDays,
    quietDays: plan.quietDays,
  });
}

/** Of so many who ordered it is looked up what they spent. */
const SAMPLE = 600;
const LEAST_BUYERS = 20;

/**
 * How customers like an audience's ordered in the last `observeDays` days, without a campaign. Alike is who would have had
 * the same recency and frequency scores, by today's cut points, at the end of the day before these, and had not ordered for
 * as long as the audience must not; so it is known on the first day and of any audience, whatever gave it its customers.
 * How much somebody spends, or what else the audience asks for, is not looked at. Whoever took part in a campaign in these
 * days did not order by themselves and is left out; who was held out of one did. Orders are those gathered in `bought`;
 * money is that of a sample.
 * @param audience tables with scores s, condition and parameters, $1 the shop
 */
export function campaignBase(
  shopId: number,
  audience: MemberQuery,
  question: BaseQuestion,
): Promise<CampaignBase> {
  const { asOf } = question.run;
  const before = asOf - question.observeDays;
  return sqlInShop(shopId, async (client) => {
    await client.query(`${OF_EVERYBODY}; ${IN_ONE_PASS}`);
    const { rows: wanted } = await client.query<{ cell: number; audience: number }>(
      `select s.r * 10 + s.f as cell, count(*) as audience from ${audience.from} where ${audience.where} group by 1`,
      audience.values,
    );
    await client.query(`select set_config('enable_nestloop', 'on', true)`);
    const { rows: past } = await client.query<{ cell: number; similar: number; ordered: number }>(
      `select r * 10 + f as cell, count(*) as similar, count(*) filter (where again) as ordered
       from ${similarOf(question)} group by 1`,
      [shopId, before, asOf],
    );
    const alike = new Map(past.map((row) => [row.cell, row]));
    const cells = wanted.map(({ cell, audience: customers }): AlikeCell => {
      const { similar, ordered } = alike.get(cell) ?? { similar: 0, ordered: 0 };
      return { audience: customers, similar, ordered };
    });
    return {
      audience: cells.reduce((sum, cell) => sum + cell.audience, 0),
      from: before + 1,
      through: asOf,
      rate: baseRate(cells),
      money: await spent(
        client,
        shopId,
        question,
        before,
        wanted.map(({ cell }) => cell),
      ),
      codes: await waitingForCodes(client, shopId, audience, {
        currency: question.run.currency,
        rules: question.rules,
      }),
    };
  });
}

/** Customers with the scores they would have had on a day, and whether they ordered afterwards. $2 the day, $3 until when. */
function similarOf({ run, windowDays, quietDays }: BaseQuestion): string {
  const day = (n: string): string => `(date '1970-01-01' + ${n})`;
  const start = windowDays === null ? '0' : `width_bucket(${day(`$2::int - ${windowDays}`)}, b.order_days)`;
  const { r, f } = run.cutPoints;
  const score = (bounds: Bounds, value: string, compare: string): string =>
    ['1', ...bounds.flatMap((bound) => (bound === null ? [] : [`(${value} ${compare} ${bound})::int`]))].join(
      ' + ',
    );
  return `(
    select customer_id, ${score(r, 'days', '<=')} as r, ${score(f, 'orders', '>=')} as f, again
    from (
      select customer_id, $2::int - (order_days[until] - date '1970-01-01') as days, until - begins as orders,
        later > until as again
      from (
        -- Kept by itself, so that each place in the list is looked for once.
        select b.customer_id, b.order_days, width_bucket(${day('$2::int')}, b.order_days) as until, ${start} as begins,
          width_bucket(${day('$3::int')}, b.order_days) as later
        from bought b where b.shop_id = $1 and cardinality(b.order_days) > 0 offset 0) placed
      where until > begins) past
    where days >= ${quietDays} and customer_id not in (
      select customer_id from campaign_members where shop_id = $1 and not held_out
        and entered_at >= to_timestamp($2::int * 86400.0) and entered_at < to_timestamp(($3::int + 2) * 86400.0))) alike`;
}

/** What some of those spent who were alike and ordered, the same ones each time. */
async function spent(
  client: PoolClient,
  shopId: number,
  question: BaseQuestion,
  before: Day,
  cells: readonly number[],
): Promise<BuyerMoney | null> {
  const { run, timeZone, rules } = question;
  const { rows: buyers } = await client.query<{ id: number }>(
    `select customer_id as id from ${similarOf(question)} where again and r * 10 + f = any($4)
     order by hashint8(customer_id), customer_id limit ${SAMPLE}`,
    [shopId, before, run.asOf, cells],
  );
  if (buyers.length < LEAST_BUYERS) return null;
  const ids = buyers.map(({ id }) => id);
  const { rows } = await client.query<BuyerMoney & { buyers: number }>(
    `select count(*) as buyers, avg(money)::float8 as mean, avg(money * money)::float8 as squares from (
       select o.customer_id, sum(o.total - o.refunded)::float8 as money from orders o
       where o.shop_id = $1 and o.id = any(${ordersAmong(shopId, ids)}) and o.customer_id = any($2)
         and o.processed_at >= to_timestamp($3::float8) and o.processed_at < to_timestamp($4::float8)
         and ${countsSql('o', '$5', rules)}
       group by o.customer_id) b`,
    [
      shopId,
      ids,
      startOfDay(before + 1, timeZone) / 1000,
      startOfDay(run.asOf + 1, timeZone) / 1000,
      run.currency,
    ],
  );
  const { buyers: found, mean, squares } = rows[0]!;
  return found < LEAST_BUYERS ? null : { mean, squares };
}
