import { Prisma, type Import as StoredImport } from '@prisma/client';
import { inShop, readInShop } from '#app/db.server.ts';
import { camelRow, fromInstant, given, toInstant, toNumber } from './stored-values.ts';

type ImportPhase = 'orders' | 'details' | 'customers' | 'changes' | 'done' | 'failed';

/** One run of the import. Instants are epoch milliseconds. */
export type ImportRow = {
  id: number;
  generation: number;
  phase: ImportPhase;
  /** a key the page puts into words, null while all is well */
  problem: string | null;
  /** what the words need */
  problemDetail: Record<string, string | number> | null;
  startedAt: number;
  finishedAt: number | null;
  ordersExpected: number | null;
  customersExpected: number | null;
  /** true when read_all_orders is missing */
  limitedHistory: boolean;
  /** from where the next look at changed orders begins: all before it are in */
  changesUntil: number | null;
  /** the same for customers, null = as orders; both are the same only after a look that came to its end */
  customersUntil: number | null;
  /** true when the shop's history was stored before: what this import does not see is removed */
  replaces: boolean;
};

/** Whether nothing more comes of an import. */
export function hasEnded({ phase }: Pick<ImportRow, 'phase'>): boolean {
  return phase === 'done' || phase === 'failed';
}

export type ImportPatch = { [K in keyof Omit<ImportRow, 'id' | 'generation'>]?: ImportRow[K] | undefined };

/** The unfinished import of this install, or a new one although the last has ended: somebody wished for it. */
export async function openImport(shopId: number, generation: number): Promise<ImportRow> {
  const row = await inShop(shopId, async (db) => {
    await holdShop(db, shopId);
    const open = await db.import.findFirst({
      where: { shopId, generation, phase: { notIn: ['done', 'failed'] } },
      orderBy: { id: 'desc' },
    });
    return open ?? db.import.create({ data: { shopId, generation } });
  });
  return fromStored(row);
}

/** The unfinished import of this install, its first one if there is none, null when the newest has ended. */
export async function unfinishedImport(shopId: number, generation: number): Promise<ImportRow | null> {
  const row = await inShop(shopId, async (db) => {
    await holdShop(db, shopId);
    const newest = await db.import.findFirst({ where: { shopId, generation }, orderBy: { id: 'desc' } });
    if (newest === null) return db.import.create({ data: { shopId, generation } });
    return hasEnded({ phase: newest.phase as ImportPhase }) ? null : newest;
  });
  return row && fromStored(row);
}

/** Lets one transaction at a time look for an import and make one. */
async function holdShop(db: Prisma.TransactionClient, shopId: number): Promise<void> {
  await db.$executeRaw`select from shops where shop_id = ${shopId} for update`;
}

/** The newest import of the shop, whatever its phase, or null. */
export async function latestImport(shopId: number): Promise<ImportRow | null> {
  return newest(shopId, '');
}

/** The newest finished import of an install: what the shop's days go on from; null before the first. */
export async function latestWholeImport(shopId: number, generation: number): Promise<ImportRow | null> {
  return newest(shopId, `and generation = ${generation} and phase = 'done'`);
}

async function newest(shopId: number, which: string): Promise<ImportRow | null> {
  const [row] = await readInShop(
    shopId,
    `select * from imports where shop_id = $1 ${which} order by id desc limit 1`,
  );
  return row === undefined ? null : camelRow<ImportRow>(row);
}

/** Changes the named columns of an import and returns it. */
export async function updateImport(shopId: number, id: number, patch: ImportPatch): Promise<ImportRow> {
  const { startedAt, finishedAt, changesUntil, customersUntil, problemDetail, ...plain } = patch;
  const data: Prisma.ImportUpdateInput = given({
    ...plain,
    startedAt: fromInstant(startedAt),
    finishedAt: fromInstant(finishedAt),
    changesUntil: fromInstant(changesUntil),
    customersUntil: fromInstant(customersUntil),
    problemDetail: problemDetail === null ? Prisma.DbNull : problemDetail,
  });
  const row = await inShop(shopId, (db) => db.import.update({ where: { shopId_id: { shopId, id } }, data }));
  return fromStored(row);
}

function fromStored(row: StoredImport): ImportRow {
  const { shopId: _shopId, ...rest } = row;
  return {
    ...rest,
    id: toNumber(row.id),
    phase: row.phase as ImportPhase,
    problemDetail: row.problemDetail as ImportRow['problemDetail'],
    startedAt: toInstant(row.startedAt),
    finishedAt: toInstant(row.finishedAt),
    changesUntil: toInstant(row.changesUntil),
    customersUntil: toInstant(row.customersUntil),
  };
}
