import type { Client } from 'pg';

/** Whether everything Shopify exported is read and scored: until then pages may change beside what is tested. */
export async function settled(database: Client): Promise<boolean> {
  const { rows } = await database.query<{ scored: boolean }>(
    `select data_mark ~ ' done$' and not exists (select from pending where kind = 'score') as scored
     from score_runs order by id desc limit 1`,
  );
  return rows[0]?.scored ?? false;
}

/** What a page of history needs to be told: two days, a customer who moved between them, and where to. */
export type Past = { from: string; to: string; customer: string; after: string };

/** Makes the first scores twenty days older, and lets a third of those who sleep have been loyal until ten days ago. */
export async function givePast(database: Client): Promise<Past> {
  await database.query(`select set_config('app.shop_id', (select min(shop_id)::text from shops), false)`);
  await database.query('update score_runs set as_of = holds_on - 20');
  await database.query(
    `insert into segment_changes (shop_id, customer_id, run_id, day, before, after, cause, score_before, score_after)
     select s.shop_id, s.customer_id, 0, r.day - 10, 'loyal', s.segment, 'time', '455', concat(s.r, s.f, s.m)
     from scores s, (select max(holds_on) as day from score_runs) r
     where s.segment in ('at-risk', 'hibernating') and s.customer_id % 3 = 0`,
  );
  const { rows } = await database.query<Past>(
    `select (day - 2)::text as from, (day + 9)::text as to, customer_id as customer, after
     from segment_changes where run_id = 0 order by after, customer_id limit 1`,
  );
  return rows[0]!;
}
