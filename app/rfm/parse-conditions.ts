import { parseDay } from './calendar.ts';
import {
  CHOICES,
  LIMITS,
  RANGES,
  type ChoiceKind,
  type Condition,
  type Group,
  type RangeKind,
  type Tree,
} from './conditions.ts';
import { channelOf } from './preferences.ts';

/** What is wrong with a part of a question. */
const PROBLEMS = [
  'shape',
  'too-many',
  'too-deep',
  'empty-group',
  'no-end',
  'number',
  'bounds',
  'order',
  'no-values',
  'too-many-values',
  'value',
  'days',
  'date',
] as const;
/** A problem and where it is: the places of the parts that lead there, none for the question as a whole. */
export type Problem = { at: number[]; problem: (typeof PROBLEMS)[number] };

export type ParsedTree = { ok: true; tree: Tree } | { ok: false; problems: Problem[] };

class Wrong extends Error {
  readonly problem: Problem['problem'];
  constructor(problem: Problem['problem']) {
    super(problem);
    this.problem = problem;
  }
}

/** A question out of what somebody sent: as text, as an object, or whatever it is. */
export function parseTree(sent: unknown): ParsedTree {
  const problems: Problem[] = [];
  /** Reads a part; what is wrong with it is noted, and the others are read all the same. */
  const reading = <T>(at: number[], read: () => T): T[] => {
    try {
      return [read()];
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      problems.push({ at, problem: error.problem });
      return [];
    }
  };
  let conditions = 0;
  const conditionAt = (part: Record<string, unknown>, at: number[]): Condition[] => {
    conditions += 1;
    return conditions > LIMITS.conditions ? [] : reading(at, () => condition(part));
  };
  const [tree] = reading([], (): Tree => {
    const root = groupOf(fromText(sent));
    const parts = root.parts.flatMap((part, place): (Condition | Group)[] => {
      if (!isObject(part) || !('parts' in part)) return conditionAt(isObject(part) ? part : {}, [place]);
      return reading([place], (): Group => {
        const group = groupOf(part);
        if (group.parts.length === 0) throw new Wrong('empty-group');
        if (group.parts.some((inner) => isObject(inner) && 'parts' in inner)) throw new Wrong('too-deep');
        const inside = group.parts.flatMap((inner, inPlace) =>
          conditionAt(isObject(inner) ? inner : {}, [place, inPlace]),
        );
        return { match: group.match, parts: inside };
      });
    });
    if (conditions > LIMITS.conditions) throw new Wrong('too-many');
    return { match: root.match, parts };
  });
  return tree === undefined || problems.length > 0 ? { ok: false, problems } : { ok: true, tree };
}

function fromText(sent: unknown): unknown {
  if (typeof sent !== 'string') return sent;
  if (sent.length > LIMITS.text) throw new Wrong('too-many');
  try {
    return JSON.parse(sent);
  } catch {
    throw new Wrong('shape');
  }
}

function groupOf(sent: unknown): { match: 'all' | 'any'; parts: unknown[] } {
  if (!isObject(sent) || !Array.isArray(sent.parts)) throw new Wrong('shape');
  if (sent.match !== 'all' && sent.match !== 'any') throw new Wrong('shape');
  if (sent.parts.length > LIMITS.parts) throw new Wrong('too-many');
  return { match: sent.match, parts: sent.parts };
}

function condition(sent: Record<string, unknown>): Condition {
  const { what } = sent;
  if (typeof what !== 'string') throw new Wrong('shape');
  if (Object.hasOwn(RANGES, what)) return range(what as RangeKind, sent);
  if (Object.hasOwn(CHOICES, what)) return choice(what as ChoiceKind, sent);
  if (what === 'moved') return moved(sent);
  throw new Wrong('shape');
}

function range(what: RangeKind, sent: Record<string, unknown>): Condition {
  const { least, most } = RANGES[what];
  const end = (value: unknown): number | null => {
    if (value === null || value === undefined) return null;
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new Wrong('number');
    if (value < least || value > most) throw new Wrong('bounds');
    return value;
  };
  const [from, to] = [end(sent.from), end(sent.to)];
  if (from === null && to === null) throw new Wrong('no-end');
  if (from !== null && to !== null && from > to) throw new Wrong('order');
  return { what, from, to };
}

function choice(what: ChoiceKind, sent: Record<string, unknown>): Condition {
  const is = what === 'channel' ? channels(sent.is) : texts(sent.is);
  if (is.length === 0) throw new Wrong('no-values');
  if (sent.not !== undefined && typeof sent.not !== 'boolean') throw new Wrong('shape');
  const values: readonly string[] | null = CHOICES[what];
  const known = (value: string): boolean => {
    if (values !== null) return values.includes(value);
    if (what === 'segment' || what === 'segment-before') return isSlug(value);
    return what !== 'product' || /^[1-9]\d{0,14}$/.test(value);
  };
  if (!is.every(known)) throw new Wrong('value');
  return { what, is, not: sent.not === true };
}

function moved(sent: Record<string, unknown>): Condition {
  const [before, after] = [texts(sent.before), texts(sent.after)];
  if (![...before, ...after].every(isSlug)) throw new Wrong('value');
  const { days = null, since = null } = sent;
  if (since === null) {
    if (typeof days !== 'number' || !Number.isSafeInteger(days)) throw new Wrong('days');
    if (days < 1 || days > LIMITS.movedDays) throw new Wrong('days');
    return { what: 'moved', days, since, before, after };
  }
  if (typeof since !== 'string' || days !== null) throw new Wrong('date');
  try {
    parseDay(since);
  } catch {
    throw new Wrong('date');
  }
  return { what: 'moved', days: null, since, before, after };
}

/** Channels by any name that Shopify has for them: what was saved by another name goes on meaning the channel. */
function channels(sent: unknown): string[] {
  const named = texts(sent).map((name) => {
    const channel = channelOf(null, name);
    if (channel === null) throw new Wrong('value');
    return channel;
  });
  return [...new Set(named)];
}

/** Different texts that the database can hold, in the order in which they came. */
function texts(sent: unknown): string[] {
  if (!Array.isArray(sent)) throw new Wrong('shape');
  if (sent.length > LIMITS.values) throw new Wrong('too-many-values');
  const given = sent.map((value: unknown) => {
    if (typeof value !== 'string' || value === '' || value.length > LIMITS.characters)
      throw new Wrong('value');
    if (value.includes('\0') || !value.isWellFormed()) throw new Wrong('value');
    return value;
  });
  return [...new Set(given)];
}

/** As schemes name segments, or "unscored". */
function isSlug(value: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,63}$/.test(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
