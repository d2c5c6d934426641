import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';
import type { Channel } from '#app/rfm/write-cost.ts';
import type { PlannedWrite, WriteKind } from '#app/rfm/write-plan.ts';

/** A planned write to Shopify; `value` is the tag or the metafield's value. */
export type JournalRow = { id: number; customerId: number; kind: WriteKind; value: string };

const KINDS: Record<Channel, WriteKind[]> = {
  'tags-add': ['tag-add'],
  'tags-remove': ['tag-remove'],
  'metafields-set': ['segment-set', 'profile-set'],
  'metafields-delete': ['segment-delete', 'profile-delete'],
};

const ROW = `id, customer_id as "customerId", kind, value`;

/** Adds planned writes to the journal, in their order; a few thousand at a time. */
export async function planWrites(
  client: PoolClient,
  shopId: number,
  runId: number,
  rows: readonly (PlannedWrite & { customerId: number })[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `insert into writes (shop_id, run_id, customer_id, kind, value)
     select $1, $2, p.customer_id, p.kind, p.value
     from unnest($3::int8[], $4::text[], $5::text[]) with ordinality p (customer_id, kind, value, place)
     order by p.place`,
    [
      shopId,
      runId,
      rows.map((row) => row.customerId),
      rows.map((row) => row.kind),
      rows.map((row) => row.value),
    ],
  );
}

/**
 * The next rows of a channel in the order they were planned. Rows that were sent but never settled come
 * first: whoever sent them is gone (one holder of the lease sends), and sending them again ends the same.
 */
export async function takePlanned(
  shopId: number,
  runId: number,
  channel: Channel,
  limit: number,
): Promise<JournalRow[]> {
  return sqlInShop(shopId, async (client) => {
    for (const state of ['sent', 'planned']) {
      // One range of the index for each kind; its rows come in the order of ids.
      const parts = KINDS[channel].map(
        (_, n) => `(select ${ROW} from writes where shop_id = $1 and run_id = $2 and state = $3
           and kind = $${n + 5} and operation_id is null order by writes.id limit $4)`,
      );
      const { rows } = await client.query<JournalRow>(
        `select * from (${parts.join(' union all ')}) p order by id limit $4`,
        [shopId, runId, state, limit, ...KINDS[channel]],
      );
      if (rows.length > 0) return rows;
    }
    return [];
  });
}

/** Notes, before the first call, that the rows are on their way; `operationId` when a bulk operation carries them. */
export async function markSent(
  shopId: number,
  ids: readonly number[],
  operationId: number | null = null,
): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `update writes set state = 'sent', attempts = attempts + 1, operation_id = $3, updated_at = now()
       where shop_id = $1 and id = any($2::int8[])`,
      [shopId, ids, operationId],
    ),
  );
}

/** The unsettled rows that a bulk operation carries, in the order of its file's lines. */
export async function rowsOfOperation(
  shopId: number,
  runId: number,
  operationId: number,
): Promise<JournalRow[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<JournalRow>(
      `select ${ROW} from writes where shop_id = $1 and run_id = $2 and state = 'sent' and operation_id = $3
       order by id`,
      [shopId, runId, operationId],
    );
    return rows;
  });
}

/** Takes back the rows of a bulk operation that never ran, so that they can be sent another way. */
export async function planAgain(shopId: number, runId: number, operationId: number): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `update writes set state = 'planned', operation_id = null, updated_at = now()
       where shop_id = $1 and run_id = $2 and state = 'sent' and operation_id = $3`,
      [shopId, runId, operationId],
    ),
  );
}

/** What came of writes that were sent. */
export type Settlement = {
  done: readonly number[];
  failed: readonly { id: number; error: string }[];
  /** API points they cost */
  points: number;
};

// Tags are the same when they differ in case only.
const KEPT = (tags: string): string => `array(select t from unnest(${tags}) with ordinality u (t, place)
  where not exists (select from unnest(g.gone) x where x = t or lower(x) = lower(t)) order by place) || g.added`;

const SETTLE = `with d as (
    update writes set state = 'done', error = null, updated_at = now()
    where shop_id = $1 and id = any($2::int8[]) and state <> 'done' returning customer_id, kind, value
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
  { done, failed, points }: Settlement,
): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ customer_id: number }>(SETTLE, [shopId, done]);
    await client.query(
      `delete from written where shop_id = $1 and customer_id = any($2::int8[])
       and tags = '{}' and segment is null and profile is null`,
      [shopId, rows.map((row) => row.customer_id)],
    );
    await client.query(
      `update writes w set state = 'failed', error = f.error, updated_at = now()
       from unnest($2::int8[], $3::text[]) f (id, error) where w.shop_id = $1 and w.id = f.id and w.state <> 'done'`,
      [shopId, failed.map((row) => row.id), failed.map((row) => row.error)],
    );
    await client.query('update write_runs set points = points + $3 where shop_id = $1 and id = $2', [
      shopId,
      runId,
      points,
    ]);
  });
}
