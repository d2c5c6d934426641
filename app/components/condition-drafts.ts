import {
  CHOICES,
  isChoice,
  isGroup,
  isRange,
  RANGES,
  type ChoiceKind,
  type Condition,
  type Kind,
  type RangeKind,
  type Tree,
} from '#app/rfm/conditions.ts';
import { formatDecimal, parseMinorUnits } from '#app/rfm/money.ts';

/** A condition while somebody makes it: what people type is text. `key` tells it from the others. */
export type ConditionDraft = {
  key: number;
  what: Kind;
  from: string;
  to: string;
  is: string[];
  not: boolean;
  when: 'days' | 'since';
  days: string;
  since: string;
  before: string[];
  after: string[];
};

export type GroupDraft = { key: number; match: Tree['match']; parts: ConditionDraft[] };

/** A question while somebody makes it. */
export type TreeDraft = { match: Tree['match']; parts: (ConditionDraft | GroupDraft)[] };

/** Whether a part is a group. */
export function isGroupDraft(part: ConditionDraft | GroupDraft): part is GroupDraft {
  return 'parts' in part;
}

/** A condition that says nothing yet. */
export function emptyCondition(key: number, what: Kind): ConditionDraft {
  return {
    key,
    what,
    from: '',
    to: '',
    is: [],
    not: false,
    when: 'days',
    days: '30',
    since: '',
    before: [],
    after: [],
  };
}

/** A key that no part has. */
export function freeKey({ parts }: TreeDraft): number {
  const keys = parts.flatMap((part) => [
    part.key,
    ...(isGroupDraft(part) ? part.parts.map(({ key }) => key) : []),
  ]);
  return Math.max(0, ...keys) + 1;
}

/** A question as fields. @param currency in which money is typed */
export function draftOf({ match, parts }: Tree, currency: string): TreeDraft {
  let key = 0;
  const draft = (condition: Condition): ConditionDraft => {
    key += 1;
    const empty = emptyCondition(key, condition.what);
    if (isRange(condition)) {
      const text = (end: number | null): string => {
        if (end === null) return '';
        return condition.what === 'spent' ? formatDecimal(end, currency) : String(end);
      };
      return { ...empty, from: text(condition.from), to: text(condition.to) };
    }
    if (isChoice(condition)) return { ...empty, is: condition.is, not: condition.not };
    const { days, since, before, after } = condition;
    return {
      ...empty,
      when: since === null ? 'days' : 'since',
      days: days === null ? '' : String(days),
      since: since ?? '',
      before,
      after,
    };
  };
  return {
    match,
    parts: parts.map((part) => {
      if (!isGroup(part)) return draft(part);
      key += 1;
      return { key, match: part.match, parts: part.parts.map(draft) };
    }),
  };
}

/** What is sent of it: what cannot be read stays as it was typed, for parse-conditions to say so. */
export function sentOf({ match, parts }: TreeDraft, currency: string): unknown {
  const one = (draft: ConditionDraft): unknown => {
    const { what } = draft;
    if (what in RANGES) {
      const end = (text: string): unknown => endOf(text, what as RangeKind, currency);
      return { what, from: end(draft.from), to: end(draft.to) };
    }
    if (what in CHOICES) return { what, is: draft.is, not: draft.not };
    const { when, days, since, before, after } = draft;
    return when === 'days'
      ? { what, days: numberOf(days), since: null, before, after }
      : { what, days: null, since, before, after };
  };
  return {
    match,
    parts: parts.map((part) =>
      isGroupDraft(part) ? { match: part.match, parts: part.parts.map(one) } : one(part),
    ),
  };
}

function endOf(text: string, what: RangeKind, currency: string): unknown {
  if (text.trim() === '') return null;
  if (what !== 'spent') return numberOf(text);
  try {
    return parseMinorUnits(text.trim(), currency);
  } catch {
    return text;
  }
}

function numberOf(text: string): number | string {
  return /^-?\d{1,15}$/.test(text.trim()) ? Number(text) : text;
}

/** Whether a condition asks for one of the shop's own values. */
export function hasOwnValues(what: Kind): what is ChoiceKind {
  return what in CHOICES && CHOICES[what as ChoiceKind] === null && !what.startsWith('segment');
}
