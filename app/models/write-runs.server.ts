import type { Prisma, WriteRun as StoredRun } from '@prisma/client';
import { inShop, readInShop } from '#app/db.server.ts';
import type { PlanTotals, Transport } from '#app/rfm/write-cost.ts';
import { camelRow, fromInstant, given, toInstant, toNumber } from './stored-values.ts';

/** 'stopping': nothing more is sent, what Shopify still works on is waited for and noted. */
export type WriteRunState = 'planned' | 'sending' | 'stopping' | 'done' | 'stopped' | 'failed';

/** Whether a write-back in this state may still send something. */
export function isOpen({ state }: { state: WriteRunState }): boolean {
  return state === 'planned' || state === 'sending' || state === 'stopping';
}

/** What an undo takes back, and what it leaves. */
type UndoScope = {
  /** back to before this write-back */
  runId: number;
  /** customers of whom it is not known what was there before */
  unknown: number;
  /** tags and metafields of which it is known that somebody else changed them since */
  kept: number;
};

/** What a write-back was expected to take when it was planned. */
export type StoredPlan = PlanTotals & {
  seconds: number;
  transport: Transport;
  /** the merchant asked to remove everything we wrote */
  cleanUp: boolean;
  /** why it failed, null while it did not */
  problem: string | null;
  /** of an undo only */
  undo?: UndoScope;
};

/**
 * 'full': every customer was looked at; 'following': those whose scores changed since, a day in one run; 'undo': what
 * was written is taken back; 'put-back': the same of one customer, after which nothing is written to it.
 */
export type WriteRunKind = 'full' | 'following' | 'undo' | 'put-back';

/** One write-back. Instants are epoch milliseconds. */
export type WriteRun = {
  id: number;
  generation: number;
  kind: WriteRunKind;
  state: WriteRunState;
  plan: StoredPlan;
  /** rows of the journal that arrived, and that Shopify refused */
  done: number;
  failed: number;
  /** rows of an undo that were not sent, since somebody else had changed the thing */
  kept: number;
  /** API points spent so far */
  points: number;
  startedAt: number;
  finishedAt: number | null;
};

/** Begins a write-back; its rows are planned next. */
export async function createWriteRun(
  shopId: number,
  generation: number,
  plan: StoredPlan,
  kind: WriteRunKind = 'full',
): Promise<WriteRun> {
  const row = await inShop(shopId, (db) =>
    db.writeRun.create({ data: { shopId, generation, kind, plan: plan as Prisma.InputJsonObject } }),
  );
  return writeRunOf(row);
}

/** The newest write-back of the shop, or null; of those that look at everyone when it is to be `asked`. */
export async function latestWriteRun(shopId: number, which?: 'asked'): Promise<WriteRun | null> {
  const asked = which === undefined ? '' : "and kind in ('full', 'undo')";
  const [row] = await readInShop(
    shopId,
    `select * from write_runs where shop_id = $1 ${asked} order by id desc limit 1`,
  );
  return row === undefined ? null : camelRow<WriteRun>(row);
}

/** Changes the named columns of a write-back and returns it. */
export async function updateWriteRun(
  shopId: number,
  id: number,
  patch: {
    state?: WriteRunState | undefined;
    plan?: StoredPlan | undefined;
    finishedAt?: number | null | undefined;
  },
): Promise<WriteRun> {
  const data = given({
    state: patch.state,
    plan: patch.plan as Prisma.InputJsonObject | undefined,
    finishedAt: fromInstant(patch.finishedAt),
  });
  const row = await inShop(shopId, (db) =>
    db.writeRun.update({ where: { shopId_id: { shopId, id } }, data }),
  );
  return writeRunOf(row);
}

/** A write-back as it is stored. */
export function writeRunOf({ shopId: _shopId, ...row }: StoredRun): WriteRun {
  return {
    ...row,
    id: toNumber(row.id),
    kind: row.kind as WriteRunKind,
    state: row.state as WriteRunState,
    plan: row.plan as StoredPlan,
    startedAt: toInstant(row.startedAt),
    finishedAt: toInstant(row.finishedAt),
  };
}
