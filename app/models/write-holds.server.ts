import type { Prisma } from '@prisma/client';
import type { PoolClient } from 'pg';
import { now } from '#app/clock.server.ts';
import { inShop, sqlInShop } from '#app/db.server.ts';
import { addPending } from './pending.server.ts';
import { toNumber } from './stored-values.ts';
import { writeRunOf, type StoredPlan, type WriteRun } from './write-runs.server.ts';

/** A customer to whom nothing is written, since somebody took back what was. */
type WriteHold = {
  /** false once the putting back has ended */
  asked: boolean;
  /** what was there before this write-back is put back */
  backTo: number;
  /** Shopify's staff user id */
  heldBy: number;
  /** epoch milliseconds */
  since: number;
  /** the write-back that puts back, null until it is planned */
  run: WriteRun | null;
};

/** How a customer stands with writing: whether it is held, or otherwise the newest write-back that changed it. */
export type CustomerWriting = { hold: WriteHold | null; newest: WriteRun | null };

/** How a customer stands with writing. */
export async function customerWriting(shopId: number, customerId: number): Promise<CustomerWriting> {
  return inShop(shopId, async (db) => {
    const row = await db.writeHold.findUnique({ where: { shopId_customerId: { shopId, customerId } } });
    if (row !== null) {
      const run =
        row.runId && (await db.writeRun.findUnique({ where: { shopId_id: { shopId, id: row.runId } } }));
      const { asked, backTo, heldBy, since } = row;
      const hold = { asked, backTo: toNumber(backTo), heldBy: toNumber(heldBy), since: since.getTime() };
      return { hold: { ...hold, run: run ? writeRunOf(run) : null }, newest: null };
    }
    // What was refused changed nothing; what never had an answer may have.
    const last = await db.write.findFirst({
      where: {
        shopId,
        customerId,
        OR: [{ state: { in: ['done', 'sent'] } }, { state: 'failed', error: null }],
      },
      orderBy: { id: 'desc' },
      select: { runId: true },
    });
    const newest =
      last && (await db.writeRun.findUnique({ where: { shopId_id: { shopId, id: last.runId } } }));
    return { hold: null, newest: newest && writeRunOf(newest) };
  });
}

/**
 * Wishes that what was on a customer before a write-back is put back, and that nothing is written to it from now on.
 * False when the shop has no such customer any more. Saying it again changes nothing, unless the putting back ended
 * before all of it was done: then it begins anew, and goes back as far as was wished first.
 */
export async function wishPutBack(
  shopId: number,
  customerId: number,
  { backTo, userId }: { backTo: number; userId: number },
): Promise<boolean> {
  return sqlInShop(shopId, async (client) => {
    // Held until the end, so that nothing is noted about a customer who is being removed.
    const { rowCount } = await client.query(
      'select from scores where shop_id = $1 and customer_id = $2 for key share',
      [shopId, customerId],
    );
    if (rowCount === 0) return false;
    await client.query(
      `insert into write_holds (shop_id, customer_id, back_to, held_by) values ($1, $2, $3, $4)
       on conflict (shop_id, customer_id) do update set asked = true, run_id = null
         where not write_holds.asked and not exists (select from write_runs r
           where r.shop_id = $1 and r.id = write_holds.run_id and r.state = 'done' and r.failed = 0)`,
      [shopId, customerId, backTo, userId],
    );
    return true;
  });
}

/** Lets a customer be written again; one that is still being put back stops where it is. */
export async function endHold(shopId: number, customerId: number): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const { rowCount } = await client.query(
      'delete from write_holds where shop_id = $1 and customer_id = $2',
      [shopId, customerId],
    );
    if (rowCount !== 0) await addPending(client, shopId, 'write', [customerId]);
  });
}

/** The customer that waits longest to be put back, and to before which write-back; or null. */
export async function nextPutBack(shopId: number): Promise<{ customerId: number; backTo: number } | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ customerId: number; backTo: number }>(
      `select customer_id as "customerId", back_to as "backTo" from write_holds
       where shop_id = $1 and asked order by since, customer_id limit 1`,
      [shopId],
    );
    return rows[0] ?? null;
  });
}

/** Notes which write-back puts a customer back, in the transaction that journals it. */
export async function carryPutBack(
  client: PoolClient,
  shopId: number,
  customerId: number,
  runId: number,
): Promise<void> {
  await client.query('update write_holds set run_id = $3 where shop_id = $1 and customer_id = $2 and asked', [
    shopId,
    customerId,
    runId,
  ]);
}

/** Whether it is still wished what this write-back puts back. */
export async function isPutBackWished(shopId: number, runId: number): Promise<boolean> {
  return inShop(
    shopId,
    async (db) => (await db.writeHold.count({ where: { shopId, runId, asked: true } })) > 0,
  );
}

/** Ends a putting back and the wish for it at once, so that neither is ever taken for something still to be done. */
export async function endPutBack(
  shopId: number,
  id: number,
  plan: StoredPlan,
  state: 'done' | 'stopped' | 'failed',
): Promise<void> {
  await inShop(shopId, async (db) => {
    await db.writeHold.updateMany({ where: { shopId, runId: id }, data: { asked: false } });
    await db.writeRun.update({
      where: { shopId_id: { shopId, id } },
      data: { state, plan: plan as Prisma.InputJsonObject, finishedAt: new Date(now()) },
    });
  });
}

/** After a merge the one that stays is not written, if nothing was to be written to the one that is gone. */
export async function mergeHold(
  client: PoolClient,
  shopId: number,
  goneId: number,
  keptId: number,
): Promise<void> {
  await client.query(
    `insert into write_holds (shop_id, customer_id, asked, back_to, held_by, since, run_id)
     select shop_id, $3, false, back_to, held_by, since, null from write_holds
     where shop_id = $1 and customer_id = $2 on conflict do nothing`,
    [shopId, goneId, keptId],
  );
}

/** Ends every wish to put back that was not carried out: the customers stay as they are, and unwritten. */
export async function endAsked(shopId: number): Promise<void> {
  await inShop(shopId, (db) =>
    db.writeHold.updateMany({ where: { shopId, asked: true }, data: { asked: false } }),
  );
}

/**
 * Those to whom nothing is written.
 * @param customers of whom, null = everyone
 */
export async function heldAmong(
  client: PoolClient,
  shopId: number,
  customers: readonly number[] | null,
): Promise<Set<number>> {
  const { rows } = await client.query<{ id: number }>(
    `select customer_id as id from write_holds
     where shop_id = $1 and ($2::int8[] is null or customer_id = any($2::int8[]))`,
    [shopId, customers],
  );
  return new Set(rows.map(({ id }) => id));
}

/** How many customers nothing is written to, and the `limit` newest of them. */
export async function heldCustomers(
  shopId: number,
  limit: number,
): Promise<{ count: number; newest: number[] }> {
  return inShop(shopId, async (db) => {
    const rows = await db.writeHold.findMany({
      where: { shopId },
      orderBy: [{ since: 'desc' }, { customerId: 'desc' }],
      take: limit,
      select: { customerId: true },
    });
    const count = rows.length < limit ? rows.length : await db.writeHold.count({ where: { shopId } });
    return { count, newest: rows.map(({ customerId }) => toNumber(customerId)) };
  });
}
