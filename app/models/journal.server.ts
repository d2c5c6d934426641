import { inShop, sqlInShop } from '#app/db.server.ts';
import { WRITE_KINDS, type WriteKind } from '#app/rfm/write-plan.ts';
import { writeRunOf, type WriteRun } from './write-runs.server.ts';

const STATES: JournalEntry['state'][] = ['planned', 'sent', 'done', 'failed', 'kept'];

/** One write to a customer, as it stands in the journal. */
export type JournalEntry = {
  id: number;
  customerId: number;
  kind: WriteKind;
  /** the tag or the metafield's value */
  value: string;
  state: 'planned' | 'sent' | 'done' | 'failed' | 'kept';
  /** Shopify's words when it refused */
  error: string | null;
  /** epoch milliseconds of the last change of `state` */
  updatedAt: number;
};

/** The newest write-backs of the shop, newest first; those before the run `before` when that is given. */
export async function writeRuns(shopId: number, before: number | null, limit: number): Promise<WriteRun[]> {
  const rows = await inShop(shopId, (db) =>
    db.writeRun.findMany({
      where: before === null ? { shopId } : { shopId, id: { lt: before } },
      orderBy: { id: 'desc' },
      take: limit,
    }),
  );
  return rows.map(writeRunOf);
}

/** A write-back of the shop, null when it has none of this id. */
export async function writeRun(shopId: number, id: number): Promise<WriteRun | null> {
  const row = await inShop(shopId, (db) => db.writeRun.findUnique({ where: { shopId_id: { shopId, id } } }));
  return row && writeRunOf(row);
}

/** What a write-back wrote or was to write, in the order it was planned: all of it, or what Shopify refused. */
export async function journalOf(
  shopId: number,
  runId: number,
  { refused, after }: { refused: boolean; after: number },
  limit: number,
): Promise<JournalEntry[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<JournalEntry>(
      // One range of the index for each state and kind: by ids alone every earlier write-back would be read.
      `select found.* from unnest($5::text[]) s (state), unnest($6::text[]) k (kind), lateral (
         select id, customer_id as "customerId", kind, value, state, error, updated_at as "updatedAt"
         from writes where shop_id = $1 and run_id = $2 and state = s.state and kind = k.kind and id > $3
         order by writes.id limit $4) found
       order by id limit $4`,
      [shopId, runId, after, limit, refused ? ['failed'] : STATES, WRITE_KINDS],
    );
    return rows;
  });
}
