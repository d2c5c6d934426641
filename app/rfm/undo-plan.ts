import type { PlanTotals } from './write-cost.ts';
import { folded, UNKNOWN_VALUE, type NotedWrite, type WriteKind, type WrittenState } from './write-plan.ts';

/** A write of ours that arrived, or may have; or one of an earlier undo that found somebody else's change. */
export type JournalLine = {
  kind: WriteKind;
  /** the tag or the metafield's value, '' for a deletion */
  value: string;
  /** what was there before it: '' = nothing, null = not known */
  before: string | null;
  /** 'lost': no answer came; 'kept': it was not sent, since somebody else had changed the thing */
  came: 'done' | 'lost' | 'kept';
};

/** What undoing would do to all of them together, and how long it takes. */
export type UndoSums = Pick<PlanTotals, 'customers' | 'byKind' | 'points'> & {
  seconds: number;
  /** Things that somebody else changed, which stay. */
  kept: number;
  /** Customers of whom it is not known what they carried before: they stay as they are. */
  unknown: number;
};

/** What undoing does to one customer. */
export type UndonePlan = {
  /** `before` is what must be there when it is sent; null = whatever is there is ours */
  writes: NotedWrite[];
  /** tags, and metafields an earlier undo came upon, that somebody else changed since: left as they are */
  kept: number;
  /** false = what was there before is not known, so nothing is done */
  known: boolean;
};

/**
 * The writes that bring one customer back to before `lines`, thing by thing: a tag, or a metafield. A thing is put back
 * as it was before the first of the lines if it still is as the last of them left it. Of tags that is told by
 * `shopifyTags`, of metafields it has to be asked when they are sent.
 *
 * Where of one thing it is not known what was there, all are left: a part of them would contradict the rest.
 * @param lines of one customer, oldest first: all of one write-back and of those after it
 * @param written what the journal says is there now
 * @param shopifyTags every tag on the customer, our own finished writes included
 */
export function planUndo(
  lines: readonly JournalLine[],
  written: WrittenState | null,
  shopifyTags: readonly string[],
): UndonePlan {
  const things = new Map<string, { first: JournalLine; last: JournalLine; left: boolean }>();
  for (const line of lines) {
    const name = thingOf(line);
    const thing = things.get(name);
    if (line.came === 'kept') {
      if (thing !== undefined) thing.left = true;
    } else things.set(name, { first: thing?.first ?? line, last: line, left: false });
  }
  if ([...things.values()].some(({ first }) => first.before === null))
    return { writes: [], kept: 0, known: false };
  const there = new Set(shopifyTags.map(folded));
  const removed: NotedWrite[] = [];
  const added: NotedWrite[] = [];
  const fields: NotedWrite[] = [];
  let kept = 0;
  for (const [name, { first, last, left }] of things) {
    if (left) {
      kept += 1;
      continue;
    }
    const before = first.before ?? '';
    if (isTag(first)) {
      const was = before !== '';
      const put = last.kind === 'tag-add';
      if (last.came === 'done' && there.has(folded(last.value)) !== put) kept += 1;
      else if (last.came === 'done' && was === put) continue;
      else if (was) added.push({ kind: 'tag-add', value: before, before: '' });
      else removed.push({ kind: 'tag-remove', value: last.value, before: last.value });
      continue;
    }
    const now =
      last.came === 'done' ? expected(name === 'segment' ? written?.segment : written?.profile) : null;
    if (now === before) continue;
    const field = name as 'segment' | 'profile';
    if (before === '') fields.push({ kind: `${field}-delete`, value: '', before: now });
    else fields.push({ kind: `${field}-set`, value: before, before: now });
  }
  // In the order in which they are sent: removals first, so that a customer at Shopify's limit of tags has room.
  return { writes: [...fields, ...removed, ...added], kept, known: true };
}

/** What is to be done about a metafield of an undo that is `now` there, '' = none. */
export function lookedAt(
  row: Pick<NotedWrite, 'value' | 'before'>,
  now: string,
): 'done' | 'send' | 'changed' {
  if (sameValue(now, row.value)) return 'done';
  return row.before === null || sameValue(now, row.before) ? 'send' : 'changed';
}

// Shopify may space and order JSON as it likes.
function sameValue(a: string, b: string): boolean {
  if (a === b) return true;
  if (!a.startsWith('{') || !b.startsWith('{')) return false;
  const [one, other] = [sorted(a), sorted(b)];
  return one !== null && one === other;
}

function sorted(text: string): string | null {
  try {
    return JSON.stringify(Object.entries(JSON.parse(text) as object).sort(([a], [b]) => (a < b ? -1 : 1)));
  } catch {
    return null;
  }
}

function isTag({ kind }: JournalLine): boolean {
  return kind === 'tag-add' || kind === 'tag-remove';
}

function thingOf(line: JournalLine): string {
  if (isTag(line)) return `tag ${folded(line.value)}`;
  return line.kind.startsWith('segment') ? 'segment' : 'profile';
}

function expected(value: string | null | undefined): string | null {
  return value === UNKNOWN_VALUE ? null : (value ?? '');
}
