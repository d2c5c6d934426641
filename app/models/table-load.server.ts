import type { PoolClient } from 'pg';
import { databaseErrorCode } from '#app/database-errors.server.ts';
import { copyIn } from './binary-copy.server.ts';
import { BinaryRows } from './binary-rows.server.ts';
import { JsonRows } from './json-rows.ts';
import { mergeRows, mergeStage, stageOf, type Table } from './merge-statement.ts';
import { erasedCustomers, erasedOf, TOMBSTONES, type Erased } from './tombstones.server.ts';

/** Takes the values of rows, one after another. */
type RowWriter = Omit<BinaryRows, 'clear' | 'finish'>;

/** How the rows of a batch become rows of a table. */
export type LoadedTable<Batch extends { length: number }> = Table & {
  /** columns that follow the others in a row and are kept only of rows that go straight in; others take the default */
  straight?: readonly string[];
  /** the key whose order rows are sent in, where files do not keep to it: the index is written in half the time */
  ascending?: (batch: Batch) => Float64Array;
  /**
   * Whose the rows are, where the table says that: of customers that were erased none is loaded, or it is loaded as a
   * guest's (the customer becomes NaN in the batch). NaN is nobody.
   */
  customers?: { of: (batch: Batch) => Float64Array; erased: 'left-out' | 'guest' };
  encode: (rows: RowWriter, batch: Batch, index: number) => void;
};

/** `stored` leaves out rows that were older than what is stored, or equal to it. */
type LoadCounts = { read: number; stored: number };

/** Between `add` and `finish` the client serves its loads only: use it for nothing else. */
export type TableLoad<Batch> = {
  /** Takes the rows of `batch`; it may be filled again as soon as this resolves. */
  add: (batch: Batch) => Promise<void>;
  /** Whether all rows so far went straight in, or are on their way to. */
  straight: () => boolean;
  /** Resolves when every row is in. */
  finish: () => Promise<LoadCounts>;
};

const UNIQUE_VIOLATION = '23505';
const NOBODY = erasedOf(0, []);

/**
 * Loads batches into a table of the client's shop. New rows go straight in by COPY, as a role that may only
 * add rows and cannot choose their shop; from the first batch that meets a stored row on, or where the server
 * lends no such role, batches go through a temporary table: a row is replaced only when the new one is not
 * older and differs. While the server takes one batch in, the caller fills the next one.
 */
export async function openLoad<Batch extends { length: number }>(
  client: PoolClient,
  shopId: number,
  what: LoadedTable<Batch>,
): Promise<TableLoad<Batch>> {
  const before = await beforeLoad(client);
  const erased = erasedOf(shopId, before.erased);
  let direct = before.direct;
  let staged = false;
  const load = batches(client, what, erased, async (rows, length) => {
    if (direct) {
      if (await copyDirectly(client, what, rows)) return length;
      direct = false;
    }
    if (!staged) await createStage(client, what);
    staged = true;
    await copyIn(client, `copy ${stageOf(what.table)} from stdin (format binary)`, rows);
    const { rowCount } = await client.query(mergeStage(what, shopId));
    await client.query(`truncate ${stageOf(what.table)}`);
    return rowCount ?? 0;
  });
  return { ...load, straight: () => direct };
}

/** Gathers batches in a temporary table, `stageOf(table)`, which the caller merges; `stored` counts nothing. */
export async function openStage<Batch extends { length: number }>(
  client: PoolClient,
  what: LoadedTable<Batch>,
): Promise<TableLoad<Batch>> {
  await client.query(`select set_config('statement_timeout', '0', true)`);
  await createStage(client, what);
  const load = batches(client, what, NOBODY, async (rows) => {
    await copyIn(client, `copy ${stageOf(what.table)} from stdin (format binary)`, rows);
    return 0;
  });
  return { ...load, straight: () => false };
}

/** Encodes a batch while the one before is on its way; loads that share a client take turns. */
function batches<Batch extends { length: number }>(
  client: PoolClient,
  what: LoadedTable<Batch>,
  erased: Erased,
  send: (rows: Buffer, length: number) => Promise<number>,
): Omit<TableLoad<Batch>, 'straight'> {
  const counts: LoadCounts = { read: 0, stored: 0 };
  let pending: Promise<number> = Promise.resolve(0);
  let spare = new BinaryRows();
  let sending = new BinaryRows();
  const settle = async (): Promise<void> => {
    const sent = pending;
    pending = Promise.resolve(0);
    counts.stored += await sent;
  };
  return {
    async add(batch) {
      const { length } = batch;
      spare.clear();
      const sent = encodeBatch(spare, what, batch, erased);
      counts.read += length;
      await settle();
      if (sent === 0) return;
      [spare, sending] = [sending, spare];
      const rows = sending.finish();
      pending = inTurn(client, () => send(rows, sent));
      // The next `add` or `finish` throws the failure; until then nobody has asked for it.
      pending.catch(() => undefined);
    },
    async finish() {
      await settle();
      return counts;
    },
  };
}

/** Encodes the rows of a batch that may be stored and returns how many these are. */
function encodeBatch<Batch extends { length: number }>(
  rows: RowWriter,
  { encode, ascending, customers }: LoadedTable<Batch>,
  batch: Batch,
  erased: Erased,
): number {
  const { length } = batch;
  const order = ascending && ranks(ascending(batch), length);
  const ids = erased.size > 0 ? customers?.of(batch) : undefined;
  let encoded = length;
  for (let place = 0; place < length; place += 1) {
    const i = order === undefined ? place : (order[place] as number);
    if (ids !== undefined && erased.has(ids[i] as number)) {
      if (customers?.erased === 'left-out') {
        encoded -= 1;
        continue;
      }
      ids[i] = Number.NaN;
    }
    encode(rows, batch, i);
  }
  return encoded;
}

/** The places of `values`, whole numbers, in ascending order. */
function ranks(values: Float64Array, length: number): Uint32Array {
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < length; i += 1) {
    least = Math.min(least, values[i] as number);
    most = Math.max(most, values[i] as number);
  }
  if ((most - least + 1) * length <= Number.MAX_SAFE_INTEGER) {
    // Value and place as one number: sorting numbers takes a fifth of the time of comparing places.
    const keys = new Float64Array(length);
    for (let i = 0; i < length; i += 1) keys[i] = ((values[i] as number) - least) * length + i;
    return Uint32Array.from(keys.sort(), (key) => key % length);
  }
  return Uint32Array.from({ length }, (_, i) => i).sort(
    (a, b) => (values[a] as number) - (values[b] as number) || a - b,
  );
}

const turns = new WeakMap<PoolClient, Promise<unknown>>();

function inTurn<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
  const turn = (turns.get(client) ?? Promise.resolve()).then(work, work);
  turns.set(client, turn);
  return turn;
}

/**
 * Whether rows may go straight in, and the shop's tombstones. Also lifts the statement limit: one COPY may wait for a
 * download.
 */
async function beforeLoad(client: PoolClient): Promise<{ direct: boolean; erased: string[] }> {
  const { rows } = await client.query<{ direct: boolean; erased: string[] }>(
    `select set_config('statement_timeout', '0', true), coalesce((
       select rolbypassrls and pg_has_role(session_user, oid, 'member')
       from pg_roles where rolname = 'rekindle_loader'), false) as direct, ${TOMBSTONES} as erased`,
  );
  return rows[0] ?? { direct: false, erased: [] };
}

/** False when a row of the batch is stored already; then none of them was added. */
async function copyDirectly<Batch extends { length: number }>(
  client: PoolClient,
  what: LoadedTable<Batch>,
  rows: Buffer,
): Promise<boolean> {
  // One message: each answer waited for is time in which the server does nothing. The role is taken inside the
  // savepoint, so that rolling back returns to the app's role as well.
  const statements = `savepoint batch; set local role rekindle_loader;
    copy ${what.table} (${allColumns(what).join(', ')}) from stdin (format binary);
    set local role rekindle_app; release batch`;
  try {
    await copyIn(client, statements, rows);
  } catch (error) {
    if (databaseErrorCode(error) !== UNIQUE_VIOLATION) throw error;
    await client.query('rollback to batch');
    return false;
  }
  return true;
}

/**
 * Stores a small batch: a row is replaced only when the new one is not older and differs.
 * @returns the first column of the key of every row that was added or replaced
 */
export async function storeRows<Batch extends { length: number }>(
  client: PoolClient,
  shopId: number,
  what: LoadedTable<Batch>,
  batch: Batch,
): Promise<number[]> {
  if (batch.length === 0) return [];
  const erased = what.customers === undefined ? NOBODY : await erasedCustomers(client, shopId);
  const rows = new JsonRows(allColumns(what));
  encodeBatch(rows, what, batch, erased);
  const { table, key } = what;
  // In one message and without a temporary table, whose making and emptying takes longer than storing a few rows.
  const given = `rows from (json_populate_recordset(null::${table}, $1)) with ordinality`;
  const merged = await client.query<{ id: number }>(
    `${mergeRows(what, '$2::bigint', given, 'ordinality')} returning ${key[0]} as id`,
    [rows.finish(), shopId],
  );
  return merged.rows.map(({ id }) => id);
}

/** Kept by the connection, empty between transactions: making a table takes longer than merging a few rows. */
async function createStage<Batch extends { length: number }>(
  client: PoolClient,
  what: LoadedTable<Batch>,
): Promise<void> {
  await client.query(
    `create temp table if not exists loaded_${what.table} on commit delete rows
     as select ${allColumns(what).join(', ')} from ${what.table} with no data`,
  );
}

function allColumns<Batch extends { length: number }>(what: LoadedTable<Batch>): string[] {
  return [...what.columns, ...(what.straight ?? [])];
}
