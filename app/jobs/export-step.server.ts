import { now } from '#app/clock.server.ts';
import {
  intendOperation,
  operationsOf,
  updateOperation,
  type OperationRow,
} from '#app/models/bulk-operations.server.ts';
import { updateImport, type ImportRow } from '#app/models/imports.server.ts';
import type { JobContext } from './job.server.ts';
import { PLACE_MS, type ExportKind, type GiveUp, type MakeAgain } from './export-kinds.ts';
import { halve, parseSlice, sliceFilter, type Slice } from './export-slices.ts';
import { provenInAll } from './export-proof.server.ts';
import { loadFinished } from './load-export.server.ts';
import { lookAtExport } from './look-at-export.server.ts';
import { startExport } from './start-export.server.ts';
import { step } from './step.server.ts';

/** Times the same slice is exported before it is cut in two, and before the import says it cannot. */
const TRIES_BEFORE_CUT = 2;
const TRIES_IN_ALL = 6;

/**
 * Moves one export on by one step: intend, start or adopt, look, load. Answers with the seconds until the
 * next step, or 'complete' once every slice is loaded and the counts are proven.
 */
export async function exportStep(
  context: JobContext,
  run: ImportRow,
  kind: ExportKind,
): Promise<number | 'complete'> {
  const shopId = context.shop.id;
  const all = await step(`${kind}.operations`, () => operationsOf(shopId, run.id, [kind]));
  const current = all.filter((operation) => operation.state !== 'replaced');
  const open = current.find((operation) => operation.state !== 'loaded');
  if (current.length === 0) {
    await intend(context, run, kind, { from: null, before: null }, 0, 1, all);
    return 0;
  }
  if (open === undefined) {
    const proven = await provenInAll(context, run, kind, current);
    return proven ? 'complete' : replace(context, run, current, all, 'counts-differ');
  }
  const outcome = await goOn(context, run, open);
  if (typeof outcome === 'number') return outcome;
  if ('problem' in outcome) {
    await step(`${kind}.give-up`, () => giveUp(context, run, open, outcome));
    return 0;
  }
  return replace(context, run, [open], all, outcome.replace, outcome.cut);
}

function goOn(context: JobContext, run: ImportRow, open: OperationRow): Promise<number | MakeAgain | GiveUp> {
  if (open.state === 'intended') return startExport(context, run, open);
  return open.state === 'running' ? lookAtExport(context, open) : loadFinished(context, run, open);
}

async function intend(
  { shop }: JobContext,
  run: ImportRow,
  kind: ExportKind,
  slice: Slice,
  part: number,
  attempt: number,
  all: readonly OperationRow[],
): Promise<void> {
  const filter = sliceFilter(kind, slice);
  if (all.some((known) => known.filter === filter && known.attempt === attempt)) return;
  await step(`${kind}.intend`, () =>
    intendOperation(shop.id, { ownerId: run.id, kind, slice: part, filter, attempt }, PLACE_MS),
  );
}

/** Lets operations be followed by new ones for the same slices, cut in two when one fails again or is stuck. */
async function replace(
  context: JobContext,
  run: ImportRow,
  operations: readonly OperationRow[],
  all: readonly OperationRow[],
  error: string,
  cut = false,
): Promise<number> {
  const { shop } = context;
  for (const operation of operations) {
    const kind = operation.kind as ExportKind;
    const attempt = operation.attempt + 1;
    if (attempt > TRIES_IN_ALL) {
      await step(`${kind}.give-up`, () =>
        giveUp(context, run, operation, { problem: 'export-failed', detail: { error, pass: kind } }),
      );
      return 0;
    }
    const slice = parseSlice(operation.filter);
    const wantsCut = cut || attempt > TRIES_BEFORE_CUT;
    const halves = wantsCut ? halve(slice, shop.shopCreatedAt, run.startedAt) : null;
    const part = operation.slice * 2 + 1;
    // The followers come first: after a crash in between the old one is replaced again and its followers
    // are found, whereas the other way round a slice would be exported by nobody.
    if (halves === null) await intend(context, run, kind, slice, operation.slice, attempt, all);
    else {
      await intend(context, run, kind, halves[0], part, attempt, all);
      await intend(context, run, kind, halves[1], part + 1, attempt, all);
    }
    await step(`${kind}.replace`, () =>
      updateOperation(shop.id, operation.id, { state: 'replaced', error, finishedAt: now() }),
    );
  }
  return 0;
}

async function giveUp(
  { shop }: JobContext,
  run: ImportRow,
  operation: OperationRow,
  { problem, detail }: GiveUp,
): Promise<void> {
  await updateOperation(shop.id, operation.id, { state: 'failed', error: problem, finishedAt: now() });
  await updateImport(shop.id, run.id, {
    phase: 'failed',
    problem,
    problemDetail: detail,
    finishedAt: now(),
  });
}
