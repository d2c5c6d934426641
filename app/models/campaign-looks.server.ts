import type { PoolClient } from 'pg';
import { restatement, type CampaignFigures } from '#app/campaigns/figures.ts';
import type { FinalResult } from '#app/campaigns/pooled.ts';
import { sqlInShop } from '#app/db.server.ts';
import { formatDay, type Day } from '#app/rfm/calendar.ts';
import { noteCampaign } from './campaign-events.server.ts';

/** What a campaign had shown by the end of a day. */
export type CampaignLook = {
  day: Day;
  /** epoch milliseconds */
  computedAt: number;
  /** everybody had been watched for as long as orders are compared */
  final: boolean;
  figures: CampaignFigures;
};

/** A campaign to be measured, and what decides whether that is final. */
export type ToMeasure = {
  id: number;
  slug: string;
  observeDays: number;
  holdOut: number;
  /** everybody was watched: nobody joins or takes part again any more, and the last who did was compared for long enough */
  final: boolean;
  /** it ended before everybody had joined who might */
  endedEarly: boolean;
  /** as first expected, null before that */
  expected: CampaignFigures['expected'];
  /** of the first final look: what later ones keep, so that they say nothing new but what came late */
  margin: number | null;
  movement: CampaignFigures['movement'] | null;
};

/** Days after the first final result on which late refunds still restate it. */
export const RESTATED_DAYS = 120;

// Members may join for as many days after the launch as the plan says, unless the campaign ended before.
const TO_MEASURE = `select t.id, t.slug, t."observeDays", t."holdOut", t.ended as final, t."endedEarly", t.expected,
    t.margin, t.movement from (
    select c.id, c.slug, o.days as "observeDays", (v.plan ->> 'holdOut')::float8 as "holdOut",
      (c.state in ('stopped', 'finished') or c.launched_at + make_interval(days => (v.plan ->> 'joinDays')::int) <= clock_timestamp())
        and greatest(w.last + make_interval(days => o.days),
          case when v.plan #>> '{again,kind}' <> 'never' then c.ends_at end) <= clock_timestamp() as ended,
      c.state in ('stopped', 'finished') and (v.plan ->> 'joinDays')::int > 0
        and coalesce(c.ended_at < c.launched_at + make_interval(days => (v.plan ->> 'joinDays')::int), false) as "endedEarly",
      l.final, l.day, l.expected, l.margin, l.movement, l.first_final
    from campaigns c
      join campaign_versions v on v.shop_id = $1 and v.campaign_id = c.id and v.version = c.version
      cross join lateral (select (v.plan ->> 'observeDays')::int as days) o
      cross join lateral (select max(entered_at) as last from campaign_members
        where shop_id = $1 and campaign_id = c.id) w
      left join lateral (select bool_or(final) as final, max(day) as day, min(day) filter (where final) as first_final,
          (array_agg(figures -> 'expected' order by day) filter (where figures -> 'expected' ? 'worth'))[1] as expected,
          (array_agg((figures ->> 'margin')::float8 order by day) filter (where final and figures ->> 'margin' is not null))[1]
            as margin,
          (array_agg(figures -> 'movement' order by day) filter (where final))[1] as movement
        from campaign_looks where shop_id = $1 and campaign_id = c.id) l on true
    where c.shop_id = $1 and c.launched_at is not null and w.last is not null) t
  where (t.day is null or t.day < $2::date or (t.ended and not t.final)) and t.id <> all ($3::int8[])
    and (t.first_final is null or $2::date <= t.first_final + ${RESTATED_DAYS})
  order by t.id`;

/** The launched campaigns that were not measured on this day, or whose final result can be told, without `failed`. */
export function campaignsToMeasure(
  shopId: number,
  day: Day,
  failed: readonly number[] = [],
): Promise<ToMeasure[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<ToMeasure>(TO_MEASURE, [shopId, formatDay(day), failed]);
    return rows;
  });
}

/**
 * Keeps what a campaign has shown by the end of a day. A final result that says something else than the one before it is
 * noted in the campaign's journal.
 */
export async function keepLook(
  client: PoolClient,
  shopId: number,
  campaignId: number,
  { day, final, figures }: Pick<CampaignLook, 'day' | 'final' | 'figures'>,
): Promise<void> {
  // One at a time, so that what was before is told once.
  await client.query('select from campaigns where shop_id = $1 and id = $2 for update', [shopId, campaignId]);
  const { rows } = await client.query<Pick<CampaignLook, 'figures'>>(
    `select figures from campaign_looks where shop_id = $1 and campaign_id = $2 and final order by day desc limit 1`,
    [shopId, campaignId],
  );
  const before = rows[0]?.figures;
  const changed = final && before !== undefined ? restatement(before, figures) : null;
  await client.query(
    `insert into campaign_looks (shop_id, campaign_id, day, final, figures) values ($1, $2, $3, $4, $5)
     on conflict (shop_id, campaign_id, day) do update set computed_at = clock_timestamp(), final = excluded.final,
       figures = excluded.figures`,
    [shopId, campaignId, formatDay(day), final, JSON.stringify(figures)],
  );
  if (changed !== null) await noteCampaign(client, shopId, campaignId, null, 'restated', changed);
}

/** The looks at a campaign, the earliest first. */
export function campaignLooks(shopId: number, campaignId: number): Promise<CampaignLook[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<CampaignLook>(
      `select day, computed_at as "computedAt", final, figures from campaign_looks
       where shop_id = $1 and campaign_id = $2 order by day`,
      [shopId, campaignId],
    );
    return rows;
  });
}

/**
 * The latest final results of the campaigns whose audience was this segment and no other, of which profit is known, in
 * this currency.
 */
export function finalResultsOf(shopId: number, segment: string, currency: string): Promise<FinalResult[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<FinalResult>(
      `select l.profit, l.treated from campaigns c
         join campaign_versions v on v.shop_id = $1 and v.campaign_id = c.id and v.version = 1
         cross join lateral (select figures -> 'profit' as profit, (figures -> 'treated' ->> 'customers')::int as treated,
             figures ->> 'currency' as currency
           from campaign_looks where shop_id = $1 and campaign_id = c.id and final order by day desc limit 1) l
       where c.shop_id = $1 and v.plan -> 'audience' -> 'source' = jsonb_build_object('kind', 'segments', 'slugs', array[$2::text])
         and jsonb_typeof(l.profit) = 'object' and l.currency = $3
       order by c.id`,
      [shopId, segment, currency],
    );
    return rows;
  });
}
