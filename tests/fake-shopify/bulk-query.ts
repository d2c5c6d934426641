import { readFile } from 'node:fs/promises';
import { GraphQLError } from 'graphql';
import { typeNameOf } from './admin-model.ts';
import { compileBulkQuery } from './bulk-lines.ts';
import { BulkFailure, type BulkControl, type BulkOperation, type BulkWork } from './bulk-operations.ts';
import type { Prepared } from './execution.ts';
import type { FileDraft } from './file-store.ts';
import type { ApiContext } from './model.ts';
import type { AdminSchema } from './schema.ts';
import { shuffled } from './shuffle.ts';
import type { FakeShop } from './store.ts';
import { struckBy } from './trouble.ts';

/** Lines gathered before they are written and others get a turn. */
const SLICE = 2_000;

/**
 * What of a valid bulk query the stand-in does not model, or null. A scope that is missing is not told here:
 * Shopify starts such an operation and lets it fail.
 */
export function notModelledInBulk(admin: AdminSchema, prepared: Prepared, api: ApiContext): string | null {
  try {
    compileBulkQuery(admin, prepared, api);
    return null;
  } catch (error) {
    if (error instanceof GraphQLError) return error.message;
    if (error instanceof BulkFailure) return null;
    throw error;
  }
}

/**
 * The work of a bulk query: which objects there are is settled when it begins, what they hold when their line
 * is written, so changes in between show in some lines and not in others. Without `groupObjects`, children are
 * scattered among the lines around them.
 */
export function bulkQueryWork(
  admin: AdminSchema,
  prepared: Prepared,
  groupObjects: boolean,
  api: ApiContext,
): BulkWork {
  return async (operation, control) => {
    const { roots, write, nested } = compileBulkQuery(admin, prepared, api);
    const output = await bulkOutput(operation, control, api, nested && !groupObjects);
    let lines: string[] = [];
    for (const root of roots()) {
      if (!stillThere(root as object, api.office.shop)) continue;
      write(root as object, null, lines);
      operation.rootObjectCount++;
      if (lines.length < SLICE) continue;
      await output.write(lines);
      lines = [];
      if (control.stopped()) break;
    }
    await output.write(lines);
    await output.finish();
  };
}

type Output = { write(lines: readonly string[]): Promise<void>; finish(): Promise<void> };

/** Writes lines into the operation's file, with whatever trouble was ordered for it. */
async function bulkOutput(
  operation: BulkOperation,
  { struck, pace }: BulkControl,
  { world, office }: ApiContext,
  scattered: boolean,
): Promise<Output> {
  const draft = await world.files.draft(office.shop);
  const failure = struckBy(struck, 'failBulk');
  const garble = struckBy(struck, 'garble');
  const empty = struckBy(struck, 'emptyBulk') !== undefined;
  const lose = struckBy(struck, 'loseLines')?.lines ?? 0;
  let held: readonly string[] = [];

  const fail = async (errorCode: BulkFailure['code'], keep: boolean): Promise<never> => {
    if (keep) operation.partial = await draft.finish();
    else await draft.discard();
    throw new BulkFailure(errorCode);
  };

  return {
    write: async (lines) => {
      const room = failure === undefined ? Infinity : failure.afterLines - operation.objectCount;
      const fits = lines.length > room ? lines.slice(0, room) : lines;
      operation.objectCount += fits.length;
      if (!empty) {
        const ready = [...held, ...(scattered ? shuffled(fits) : fits)];
        held = lose === 0 ? [] : ready.slice(-lose);
        await append(draft, lose === 0 ? ready : ready.slice(0, -lose), garble);
      }
      if (lines.length > room && failure !== undefined) {
        await fail(failure.errorCode ?? 'INTERNAL_SERVER_ERROR', failure.partial === true);
      }
      await pace(operation.objectCount);
    },
    finish: async () => {
      if (failure !== undefined)
        await fail(failure.errorCode ?? 'INTERNAL_SERVER_ERROR', failure.partial === true);
      if (operation.objectCount === 0 || empty) return draft.discard();
      const file = await draft.finish();
      const parents = struckBy(struck, 'loseParents')?.parents ?? 0;
      if (struckBy(struck, 'shuffle') !== undefined) operation.file = await rewrite(file.path, shuffled);
      else if (parents > 0) operation.file = await rewrite(file.path, (all) => withoutParents(all, parents));
      else operation.file = file;
    },
  };

  type Rewriting = (lines: readonly string[]) => readonly string[];
  async function rewrite(path: string, change: Rewriting): Promise<BulkOperation['file']> {
    const again = await world.files.draft(office.shop);
    await append(again, change((await readFile(path, 'utf8')).split('\n').slice(0, -1)), undefined);
    return again.finish();
  }
}

/** As many lines as before, but the first `most` roots that have children are missing: the last root stands in. */
function withoutParents(lines: readonly string[], most: number): readonly string[] {
  const idOf = (line: string, key: string): string | undefined =>
    new RegExp(`"${key}":"([^"]*)"`).exec(line)?.[1];
  const parents = new Set(lines.map((line) => idOf(line, '__parentId')));
  const last = lines.findLast((line) => !line.includes('"__parentId"')) ?? '';
  let left = most;
  return lines.map((line) => {
    if (left === 0 || line === last || line.includes('"__parentId"') || !parents.has(idOf(line, 'id')))
      return line;
    left -= 1;
    return last;
  });
}

async function append(
  draft: FileDraft,
  lines: readonly string[],
  garble: { readonly bytes: string; readonly every: number } | undefined,
): Promise<void> {
  if (lines.length === 0) return;
  const spoiled =
    garble && lines.flatMap((line, i) => ((i + 1) % garble.every === 0 ? [line, garble.bytes] : [line]));
  await draft.append(Buffer.from(`${(spoiled ?? lines).join('\n')}\n`));
}

/** What was deleted while the operation ran has no line. */
function stillThere(root: object, shop: FakeShop): boolean {
  const type = typeNameOf(root);
  const { id } = root as { readonly id: number };
  if (type === 'Order') return shop.orders.get(id) === root;
  return type !== 'Customer' || shop.customers.get(id) === root;
}
