import { parseDay, type Day } from './calendar.ts';
import {
  consentOf,
  isChoice,
  isGroup,
  isRange,
  UNSCORED,
  type AskedAsOf,
  type ChoiceCondition,
  type Condition,
  type MovedCondition,
  type RangeKind,
  type Tree,
} from './conditions.ts';
import { dueDate, gapAfter } from './due-date.ts';
import type { Population } from './population.ts';
import { cycleState } from './purchase-cycle.ts';
import { valueTier } from './grades.ts';

/** What is known of a customer that conditions ask for. */
export type Person = {
  r: number;
  f: number;
  m: number;
  segment: string | null;
  previousSegment: string | null;
  frequency: number;
  /** minor units */
  monetary: number;
  lastOrderDay: Day | null;
  moves: { day: Day; before: string | null; after: string | null }[];
  /** As last read from Shopify, null before that; of consents null = no address or number. */
  customer: { email: string | null; sms: string | null; tags: string[] } | null;
  /** Whom the orders that count are for. */
  buyer: Population;
  /** What the orders that count tell, null while that is not known. */
  bought: {
    /** in their order, whatever the window is */
    orderDays: Day[];
    products: number[];
    types: string[];
    vendors: string[];
    channels: string[];
    firstSource: string | null;
    lastSource: string | null;
  } | null;
};

/** Whether a question is answered with yes for a customer. Slow and plain: the database has to say the same. */
export function holds({ match, parts }: Tree, person: Person, asked: AskedAsOf): boolean {
  if (parts.length === 0) return true;
  const one = (part: Tree['parts'][number]): boolean =>
    isGroup(part) ? holds(part, person, asked) : conditionHolds(part, person, asked);
  return match === 'all' ? parts.every(one) : parts.some(one);
}

function conditionHolds(condition: Condition, person: Person, asked: AskedAsOf): boolean {
  if (isRange(condition)) {
    const value = numberOf(condition.what, person, asked);
    if (value === null) return false;
    return value >= (condition.from ?? -Infinity) && value <= (condition.to ?? Infinity);
  }
  if (isChoice(condition)) {
    const values = valuesOf(condition, person, asked);
    return values.some((value) => condition.is.includes(value)) !== condition.not;
  }
  return moved(condition, person, asked.asOf);
}

function numberOf(what: RangeKind, person: Person, asked: AskedAsOf): number | null {
  const { asOf } = asked;
  switch (what) {
    case 'r':
    case 'f':
    case 'm':
      return person[what] === 0 ? null : person[what];
    case 'orders':
      return person.frequency;
    case 'spent':
      return person.monetary;
    case 'last-order':
      return person.lastOrderDay === null ? null : asOf - person.lastOrderDay;
    case 'first-order': {
      const first = person.bought?.orderDays[0];
      return first === undefined ? null : asOf - first;
    }
    case 'due-in':
    case 'overdue': {
      const due = dueOn(person, asked.due);
      if (due === null || due < asOf !== (what === 'overdue')) return null;
      return Math.abs(due - asOf);
    }
  }
}

/** The day on which a next order is due, from the gaps within the window; null without an order or a usual gap. */
function dueOn({ bought }: Person, due: AskedAsOf['due']): Day | null {
  const last = bought?.orderDays.at(-1);
  if (bought === null || last === undefined || due === null) return null;
  const days = bought.orderDays.filter((day) => day >= (due.windowBegins ?? -Infinity));
  const gaps = days.length - 1;
  const own = gaps > 0 ? { days: (last - days[0]!) / gaps, gaps } : null;
  return dueDate(last, own, gapAfter(last, due.shopGap)).on;
}

function valuesOf({ what }: ChoiceCondition, person: Person, { cycle }: AskedAsOf): string[] {
  const { customer, bought, r, f, m } = person;
  const known = (value: string | null | undefined): string[] =>
    value === null || value === undefined ? [] : [value];
  switch (what) {
    case 'tier':
      return r === 0 ? [] : [valueTier(r, f, m)];
    case 'segment':
      return [person.segment ?? UNSCORED];
    case 'segment-before':
      return [person.previousSegment ?? UNSCORED];
    case 'cycle':
      return cycle === null ? [] : [cycleState(person.lastOrderDay, cycle)];
    case 'buyer':
      return [person.buyer];
    case 'product':
      return bought?.products.map(String) ?? [];
    case 'type':
      return bought?.types ?? [];
    case 'vendor':
      return bought?.vendors ?? [];
    case 'channel':
      return bought?.channels ?? [];
    case 'first-source':
      return known(bought?.firstSource);
    case 'last-source':
      return known(bought?.lastSource);
    case 'email':
    case 'sms':
      return [customer === null ? 'unknown' : consentOf(customer[what])];
    case 'tag':
      return customer?.tags ?? [];
  }
}

function moved({ before, after, ...when }: MovedCondition, { moves }: Person, asOf: Day): boolean {
  const from = firstDayOfMove(when, asOf);
  const among = (wanted: string[], segment: string | null): boolean =>
    wanted.length === 0 || wanted.includes(segment ?? UNSCORED);
  return moves.some(
    (move) =>
      move.day >= from &&
      move.before !== move.after &&
      among(before, move.before) &&
      among(after, move.after),
  );
}

/** The first day that a condition about a move asks for. */
export function firstDayOfMove({ days, since }: Pick<MovedCondition, 'days' | 'since'>, asOf: Day): Day {
  return since === null ? asOf - (days ?? 0) + 1 : parseDay(since);
}
