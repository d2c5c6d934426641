import type { Prisma } from '@prisma/client';
import type { PoolClient } from 'pg';
import { now } from '#app/clock.server.ts';
import { inShop, sqlInShop } from '#app/db.server.ts';
import type { JournalLine } from '#app/rfm/undo-plan.ts';
import type { WrittenState } from '#app/rfm/write-plan.ts';
import { writeRunOf, type StoredPlan, type WriteRun } from './write-runs.server.ts';

/** A customer that was written since, as it stands now. */
export type UndoRow = {
  customerId: number;
  /** what was written, oldest first */
  lines: JournalLine[];
  written: WrittenState | null;
  /** every tag on the customer, as last seen and as we changed it since */
  tags: string[];
};

// What arrived, and what was sent without an answer; Shopify's refusals have words.
const MAY_HAVE_ARRIVED = `(w.state in ('done', 'sent') or (w.state = 'failed' and w.error is null))`;

/** The customers on whom the write-back `from` or a later one may have changed something, in the order of ids. */
export async function customersWrittenSince(
  client: PoolClient,
  shopId: number,
  from: number,
): Promise<number[]> {
  // Run by run, because that is how the journal's index finds them.
  const { rows } = await client.query<{ id: number }>(
    `select distinct w.customer_id as id from write_runs r, writes w
     where r.shop_id = $1 and r.id >= $2 and w.shop_id = $1 and w.run_id = r.id and ${MAY_HAVE_ARRIVED}
     order by 1`,
    [shopId, from],
  );
  return rows.map(({ id }) => id);
}

/** What was written on some of them since, and what is there now; those that are gone are left out. */
export async function readUndoRows(
  client: PoolClient,
  shopId: number,
  from: number,
  customers: readonly number[],
): Promise<UndoRow[]> {
  type Found = Omit<UndoRow, 'lines' | 'written'> & {
    ours: string[] | null;
    segment: string | null;
    profile: string | null;
  };
  const { rows: found } = await client.query<Found>(
    `select i.id as "customerId", coalesce(c.tags, w.tags) as tags, w.tags as ours, w.segment, w.profile
     from unnest($2::int8[]) i (id)
       left join customers c on c.shop_id = $1 and c.id = i.id
       left join written w on w.shop_id = $1 and w.customer_id = i.id
     where c.id is not null or w.customer_id is not null order by i.id`,
    [shopId, customers],
  );
  const byId = new Map(
    found.map(({ customerId, tags, ours, segment, profile }): [number, UndoRow] => [
      customerId,
      { customerId, tags, written: ours === null ? null : { tags: ours, segment, profile }, lines: [] },
    ]),
  );
  const { rows: lines } = await client.query<JournalLine & { customerId: number }>(
    `select w.customer_id as "customerId", w.kind, w.value, w.before,
       case when w.state in ('done', 'kept') then w.state else 'lost' end as came from writes w
     where w.shop_id = $1 and w.customer_id = any($2::int8[]) and w.run_id >= $3
       and (${MAY_HAVE_ARRIVED} or w.state = 'kept') order by w.id`,
    [shopId, customers, from],
  );
  for (const { customerId, ...line } of lines) byId.get(customerId)?.lines.push(line);
  return [...byId.values()];
}

/** Whether a write-back may have changed anything. */
export async function mayHaveWritten(shopId: number, runId: number): Promise<boolean> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query(
      `select from writes w where w.shop_id = $1 and w.run_id = $2 and ${MAY_HAVE_ARRIVED} limit 1`,
      [shopId, runId],
    );
    return rows.length > 0;
  });
}

/** How many write-backs after this one wrote something. */
export async function writtenAfter(shopId: number, runId: number): Promise<number> {
  return inShop(shopId, (db) => db.writeRun.count({ where: { shopId, id: { gt: runId }, done: { gt: 0 } } }));
}

/** The newest undo back to before this write-back, or null. */
export async function newestUndoOf(shopId: number, runId: number): Promise<WriteRun | null> {
  const row = await inShop(shopId, (db) =>
    db.writeRun.findFirst({
      where: { shopId, kind: 'undo', plan: { path: ['undo', 'runId'], equals: runId } },
      orderBy: { id: 'desc' },
    }),
  );
  return row && writeRunOf(row);
}

/**
 * Stores the wish to undo, which ends writing too. 'busy' while everything of ours is to be removed, or something else
 * is being undone.
 */
export async function wishUndo(shopId: number, runId: number): Promise<'wished' | 'busy'> {
  return sqlInShop(shopId, async (client) => {
    const { rowCount } = await client.query(
      `update settings set write_back = 'undoing', undo_run_id = $2, planned_run_id = null, version = version + 1,
         updated_at = now()
       where shop_id = $1 and write_back not in ('removing', 'undoing')`,
      [shopId, runId],
    );
    if (rowCount === 1) return 'wished';
    const { rows } = await client.query(
      `select from settings where shop_id = $1 and write_back = 'undoing' and undo_run_id = $2`,
      [shopId, runId],
    );
    return rows.length === 1 ? 'wished' : 'busy';
  });
}

/** Takes the wish to undo back: what is being undone stops where it is. */
export async function endUndoWish(shopId: number, runId: number): Promise<void> {
  await inShop(shopId, (db) => endWish(db, shopId, runId));
}

/** Ends an undo and the wish for it at once, so that neither is ever taken for something still to be done. */
export async function endUndo(
  shopId: number,
  id: number,
  plan: StoredPlan,
  state: 'done' | 'stopped' | 'failed',
): Promise<void> {
  await inShop(shopId, async (db) => {
    await endWish(db, shopId, plan.undo?.runId ?? 0);
    await db.writeRun.update({
      where: { shopId_id: { shopId, id } },
      data: { state, plan: plan as Prisma.InputJsonObject, finishedAt: new Date(now()) },
    });
  });
}

async function endWish(db: Prisma.TransactionClient, shopId: number, runId: number): Promise<void> {
  await db.settings.updateMany({
    where: { shopId, writeBack: 'undoing', undoRunId: runId },
    data: { writeBack: 'not-now', undoRunId: null, version: { increment: 1 }, updatedAt: new Date(now()) },
  });
}

/**
 * Closes what the undone write-backs had left without an answer: the undo `id` settled those customers anew. Those of
 * whom Shopify refused something stay uncertain.
 */
export async function closeUndone(shopId: number, id: number, from: number): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `update writes w set state = 'failed'
       from write_runs r where r.shop_id = $1 and r.id >= $3 and r.id < $2
         and w.shop_id = $1 and w.run_id = r.id and w.state = 'sent'
         and exists (select from writes u where u.shop_id = $1 and u.customer_id = w.customer_id and u.run_id = $2)
         and not exists (select from writes u
           where u.shop_id = $1 and u.customer_id = w.customer_id and u.run_id = $2 and u.state = 'failed')`,
      [shopId, id, from],
    ),
  );
}
