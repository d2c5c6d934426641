import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';
import type { Channel } from '#app/rfm/write-cost.ts';
import type { PlannedWrite, WriteKind } from '#app/rfm/write-plan.ts';

/** A planned write to Shopify; `value` is the tag or the metafield's value. */
export type JournalRow = {
  id: number;
  customerId: number;
  kind: WriteKind;
  value: string;
  /** what was there before it, as far as known: '' = nothing, null = not known */
  before: string | null;
};

/** A write to be journaled. */
export type NewRow = PlannedWrite & { customerId: number; before?: string | null };

const KINDS: Record<Channel, WriteKind[]> = {
  'tags-add': ['tag-add'],
  'tags-remove': ['tag-remove'],
  'metafields-set': ['segment-set', 'profile-set'],
  'metafields-delete': ['segment-delete', 'profile-delete'],
};

const ROW = `id, customer_id as "customerId", kind, value, before`;

/** Adds planned writes to the journal, in their order; a few thousand at a time. */
export async function planWrites(
  client: PoolClient,
  shopId: number,
  runId: number,
  rows: readonly NewRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `insert into writes (shop_id, run_id, customer_id, kind, value, before)
     select $1, $2, p.customer_id, p.kind, p.value, p.before
     from unnest($3::int8[], $4::text[], $5::text[], $6::text[])
       with ordinality p (customer_id, kind, value, before, place)
     order by p.place`,
    [
      shopId,
      runId,
      rows.map((row) => row.customerId),
      rows.map((row) => row.kind),
      rows.map((row) => row.value),
      rows.map((row) => row.before ?? null),
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
