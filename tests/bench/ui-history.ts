import type { Client } from 'pg';
import { segmentOf, TEN_SEGMENTS } from '#app/rfm/schemes.ts';

/** Changes of each scored customer's scores within the year. */
const CHANGES = 8;
/** Above the numbers of the runs there are: a later change has a higher one. */
const LAST_RUN = 1_000_000;
const SCORES = [1, 2, 3, 4, 5];

/**
 * Gives the shop the history of a year: eight changes of scores per customer, each beginning where the one before it
 * ended, the last of them at the present scores; they lie in the order of their days. It takes seconds where a year of
 * scoring takes hours. Returns how many.
 */
export async function giveHistory(client: Client): Promise<number> {
  // The ten segments, by which a new shop is scored, take no notice of M.
  const cells = SCORES.flatMap((r) =>
    SCORES.map((f) => `(${r}, ${f}, '${segmentOf(TEN_SEGMENTS, { r, f, m: 3 })}')`),
  );
  await client.query('delete from segment_changes');
  // What a customer was n changes ago, out of a hash of both: 0 = as now.
  await client.query(
    `create temporary table was as
     select s.shop_id, s.customer_id, n, s.m,
       case n when 0 then s.r else 1 + abs(hashint8(s.customer_id * 31 + n)) % 5 end as r,
       case n when 0 then s.f else greatest(1, s.f - n / 3) end as f,
       (365 * (n - abs(hashint8(s.customer_id * 17 + n)) % 1000 / 1000.0) / ${CHANGES})::int as ago
     from scores s, generate_series(0, ${CHANGES}) n where s.segment is not null`,
  );
  await client.query(
    `insert into segment_changes (shop_id, customer_id, run_id, day, before, after, cause, score_before, score_after)
     select a.shop_id, a.customer_id, ${LAST_RUN} - a.n, last.holds_on - a.ago, cb.segment, ca.segment,
       case when b.r < a.r then 'time' else 'order' end, concat(a.r, a.f, a.m), concat(b.r, b.f, b.m)
     from was a join was b on b.customer_id = a.customer_id and b.n = a.n - 1
       join (values ${cells.join()}) cb (r, f, segment) on cb.r = a.r and cb.f = a.f
       join (values ${cells.join()}) ca (r, f, segment) on ca.r = b.r and ca.f = b.f,
       (select holds_on from score_runs order by id desc limit 1) last
     where (a.r, a.f) <> (b.r, b.f) order by a.ago desc`,
  );
  await client.query(
    `insert into score_runs (shop_id, id, as_of, reason, frequency_method, cut_points, order_counts, summary, currency, holds_on)
     select shop_id, -1, as_of - 366, 'first', frequency_method, cut_points, order_counts, summary, currency,
       as_of - 366 from score_runs order by id limit 1`,
  );
  // As a database that ran for a year is.
  await client.query('vacuum analyze');
  const { rows } = await client.query<{ n: string }>('select count(*) as n from segment_changes');
  return Number(rows[0]?.n);
}
