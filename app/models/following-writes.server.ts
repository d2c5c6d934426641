import type { PoolClient } from 'pg';
import type { PlannedWrite } from '#app/rfm/write-plan.ts';
import type { StoredPlan } from './write-runs.server.ts';
import type { JournalRow, NewRow } from './writes.server.ts';

/**
 * The write-back that follows the scores through a day: the newest one is opened again if it is such, or a new one
 * begins. In the transaction that journals its next rows, and only while no write-back is open.
 */
export async function openFollowing(
  client: PoolClient,
  shopId: number,
  generation: number,
  plan: StoredPlan,
): Promise<number> {
  const again = await client.query<{ id: number }>(
    `update write_runs set state = 'sending', finished_at = null, plan = $3
     where shop_id = $1 and generation = $2 and kind = 'following' and state = 'done'
       and started_at > now() - interval '1 day'
       and id = (select max(id) from write_runs where shop_id = $1) returning id`,
    [shopId, generation, JSON.stringify(plan)],
  );
  if (again.rows[0] !== undefined) return again.rows[0].id;
  const { rows } = await client.query<{ id: number }>(
    `insert into write_runs (shop_id, generation, kind, state, plan) values ($1, $2, 'following', 'sending', $3)
     returning id`,
    [shopId, generation, JSON.stringify(plan)],
  );
  return rows[0]?.id ?? 0;
}

/** Journals writes as on their way, in their order, for a sender that begins as soon as this is committed. */
export async function journalSent(
  client: PoolClient,
  shopId: number,
  runId: number,
  rows: readonly NewRow[],
): Promise<JournalRow[]> {
  const { rows: kept } = await client.query<JournalRow>(
    `insert into writes (shop_id, run_id, customer_id, kind, value, before, state, attempts)
     select $1, $2, p.customer_id, p.kind, p.value, p.before, 'sent', 1
     from unnest($3::int8[], $4::text[], $5::text[], $6::text[])
       with ordinality p (customer_id, kind, value, before, place)
     order by p.place returning id, customer_id as "customerId", kind, value, before`,
    [
      shopId,
      runId,
      rows.map((row) => row.customerId),
      rows.map((row) => row.kind),
      rows.map((row) => row.value),
      rows.map((row) => row.before ?? null),
    ],
  );
  return kept;
}

/** Times a day that one customer's tags are put right; whoever takes them away each time has the last word then. */
const MOST_A_DAY = 6;

/**
 * Those whose tags were added so often since yesterday that somebody else must be taking them away.
 * @param customers of whom, null = everyone
 */
export async function contested(
  client: PoolClient,
  shopId: number,
  customers: readonly number[] | null,
): Promise<Set<number>> {
  const often = `w.kind = 'tag-add' and w.state = 'done' and w.updated_at > now() - interval '1 day'
     group by w.customer_id having count(*) >= $2`;
  const { rows } =
    customers === null
      ? // Run by run, because that is how the journal's index finds them.
        await client.query<{ id: number }>(
          `select w.customer_id as id from write_runs r, writes w where r.shop_id = $1
             and (r.finished_at is null or r.finished_at > now() - interval '1 day')
             and w.shop_id = $1 and w.run_id = r.id and ${often}`,
          [shopId, MOST_A_DAY],
        )
      : await client.query<{ id: number }>(
          `select w.customer_id as id from writes w where w.shop_id = $1 and w.customer_id = any($3) and ${often}`,
          [shopId, MOST_A_DAY, customers],
        );
  return new Set(rows.map(({ id }) => id));
}

/** What may be written on a customer whose tags somebody else keeps changing: everything but those. */
export function withoutTags(writes: readonly PlannedWrite[]): PlannedWrite[] {
  return writes.filter(({ kind }) => kind !== 'tag-add' && kind !== 'tag-remove');
}
