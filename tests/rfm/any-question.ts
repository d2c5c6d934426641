import * as fc from 'fast-check';
import {
  CHOICES,
  RANGES,
  type ChoiceKind,
  type Condition,
  type RangeKind,
  type Tree,
} from '#app/rfm/conditions.ts';
import { formatDay, type Day } from '#app/rfm/calendar.ts';

/** The values that generated shops have, so that generated questions often meet them. */
export const POOL = {
  segments: ['champions', 'at-risk', 'mine-own'],
  products: [11, 12, 13, 14],
  types: ['Tea', 'Mug'],
  vendors: ['Leaf & Co', 'Clay'],
  channels: ['online-store', 'pos', 'Amazon'],
  sources: ['Google', 'direct', 'tea-and-clay.example'],
  tags: ['vip', 'VIP', "o'clock; drop"],
} as const;

const VALUES: Partial<Record<ChoiceKind, readonly string[]>> = {
  segment: [...POOL.segments, 'unscored'],
  'segment-before': [...POOL.segments, 'unscored'],
  product: [...POOL.products.map(String), '99'],
  type: [...POOL.types, 'Nothing'],
  vendor: POOL.vendors,
  channel: [...POOL.channels, '$1'],
  'first-source': POOL.sources,
  'last-source': POOL.sources,
  tag: [...POOL.tags, "') or true --"],
};

/** Ends that lie among what generated customers have. */
const ENDS: Record<RangeKind, readonly [number, number]> = {
  r: [1, 5],
  f: [1, 5],
  m: [1, 5],
  orders: [0, 4],
  spent: [-100, 5000],
  'last-order': [0, 60],
  'first-order': [0, 60],
  'due-in': [0, 60],
  overdue: [1, 60],
};

const range = fc
  .constantFrom(...(Object.keys(RANGES) as RangeKind[]))
  .chain((what) => {
    const [min, max] = ENDS[what];
    return fc.tuple(
      fc.constant(what),
      fc.integer({ min, max }),
      fc.integer({ min, max }),
      fc.constantFrom('both', 'from', 'to'),
    );
  })
  .map(([what, a, b, ends]): Condition => ({
    what,
    from: ends === 'to' ? null : Math.min(a, b),
    to: ends === 'from' ? null : Math.max(a, b),
  }));

const choice = fc.constantFrom(...(Object.keys(CHOICES) as ChoiceKind[])).chain((what) =>
  fc.record({
    what: fc.constant(what),
    is: fc.uniqueArray(fc.constantFrom(...(VALUES[what] ?? CHOICES[what] ?? [])), {
      minLength: 1,
      maxLength: 3,
    }),
    not: fc.boolean(),
  }),
);

const someSegments = fc.uniqueArray(fc.constantFrom(...POOL.segments, 'unscored'), { maxLength: 2 });
const moved = (asOf: Day): fc.Arbitrary<Condition> =>
  fc
    .record({
      days: fc.integer({ min: 1, max: 60 }),
      sinceDay: fc.boolean(),
      before: someSegments,
      after: someSegments,
    })
    .map(({ days, sinceDay, before, after }) => ({
      what: 'moved',
      days: sinceDay ? null : days,
      since: sinceDay ? formatDay(asOf - days) : null,
      before,
      after,
    }));

const match = fc.constantFrom('all' as const, 'any' as const);

/** Any question about customers, as of a day. */
export function anyQuestion(asOf: Day): fc.Arbitrary<Tree> {
  const condition = fc.oneof(range, choice, moved(asOf));
  const group = fc.record({ match, parts: fc.array(condition, { minLength: 1, maxLength: 3 }) });
  return fc.record({
    match,
    parts: fc.array(fc.oneof({ weight: 3, arbitrary: condition }, group), { maxLength: 4 }),
  });
}
