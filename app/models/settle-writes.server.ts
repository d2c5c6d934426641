import { sqlInShop } from '#app/db.server.ts';

/** What came of writes that were sent. */
export type Settlement = {
  done: readonly number[];
  failed: readonly { id: number; error: string }[];
  /** left as they are, since somebody else had changed the thing */
  kept?: readonly number[];
  /** API points they cost */
  points: number;
  /** true when nothing more of the write-back is to come */
  ended?: boolean;
};

// Tags are the same when they differ in case only.
const KEPT = (tags: string): string => `array(select t from unnest(${tags}) with ordinality u (t, place)
  where not exists (select from unnest(g.gone) x where x = t or lower(x) = lower(t)) order by place) || g.added`;

const SETTLE = `with d as (
    update writes set state = 'done', error = null, updated_at = now()
    where shop_id = $1 and id = any($2::int8[]) and state in ('planned', 'sent') returning customer_id, kind, value
  ), g as (
    select customer_id, coalesce(array_agg(value) filter (where kind = 'tag-add'), '{}') as added,
      coalesce(array_agg(value) filter (where kind in ('tag-add', 'tag-remove')), '{}') as gone,
      bool_or(kind in ('segment-set', 'segment-delete')) as has_segment,
      max(value) filter (where kind = 'segment-set') as segment,
      bool_or(kind in ('profile-set', 'profile-delete')) as has_profile,
      max(value) filter (where kind = 'profile-set') as profile
    from d group by customer_id
  ), c as (
    update customers set tags = ${KEPT('tags')} from g
    where shop_id = $1 and customers.id = g.customer_id and g.gone <> '{}'
  ), t as (
    update write_runs set done = done + (select count(*) from d), points = points + $4,
      state = case when $5 then 'done' else state end, finished_at = case when $5 then now() else finished_at end
    where shop_id = $1 and id = $3
  )
  insert into written (shop_id, customer_id, tags, segment, profile)
  select $1, g.customer_id, ${KEPT(`coalesce(w.tags, '{}')`)},
    case when g.has_segment then g.segment else w.segment end,
    case when g.has_profile then g.profile else w.profile end
  from g left join written w on w.shop_id = $1 and w.customer_id = g.customer_id
  on conflict (shop_id, customer_id) do update
    set tags = excluded.tags, segment = excluded.segment, profile = excluded.profile
  returning customer_id`;

/**
 * Notes what came of writes, and with it what we have put on each customer and which tags a customer has, all
 * or nothing. Rows that are settled already change nothing.
 */
export async function settleWrites(
  shopId: number,
  runId: number,
  { done, failed, kept = [], points, ended = false }: Settlement,
): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ customer_id: number }>({
      name: 'settle-writes',
      text: SETTLE,
      values: [shopId, done, runId, points, ended],
    });
    await client.query(
      `delete from written where shop_id = $1 and customer_id = any($2::int8[])
       and tags = '{}' and segment is null and profile is null`,
      [shopId, rows.map((row) => row.customer_id)],
    );
    if (kept.length > 0) {
      await client.query(
        `with k as (
           update writes set state = 'kept', updated_at = now()
           where shop_id = $1 and id = any($2::int8[]) and state in ('planned', 'sent') returning id
         ) update write_runs set kept = kept + (select count(*) from k) where shop_id = $1 and id = $3`,
        [shopId, kept, runId],
      );
    }
    if (failed.length === 0) return;
    await client.query(
      `with f as (
         update writes w set state = 'failed', error = f.error, updated_at = now()
         from unnest($2::int8[], $3::text[]) f (id, error)
         where w.shop_id = $1 and w.id = f.id and w.state in ('planned', 'sent') returning w.id
       ) update write_runs set failed = failed + (select count(*) from f) where shop_id = $1 and id = $4`,
      [shopId, failed.map((row) => row.id), failed.map((row) => row.error), runId],
    );
  });
}
