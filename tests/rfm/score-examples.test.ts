import { describe, expect, it } from 'vitest';
import type { CustomerStats } from '#app/rfm/customer-stats.ts';
import { valuesAtRanks } from '#app/rfm/order-statistics.ts';
import {
  chooseFrequencyMethod,
  scoreCustomers,
  scoreWith,
  type Bounds,
  type CutPoints,
  type FrequencyMethod,
} from '#app/rfm/scores.ts';
import { order, statsOf, statsWith } from './given.ts';

const METHODS: FrequencyMethod[] = ['all-customers', 'repeat-customers'];

type Values = [recency: number, frequency: number, monetary: number];

const scoresOf = (values: readonly Values[], how: FrequencyMethod): string[] => {
  const { r, f, m } = scoreCustomers(statsWith(values), how);
  return values.map((_, i) => `${r[i]}${f[i]}${m[i]}`);
};

type Scored = { score: (value: number) => number; bounds: (number | null)[] };

/** The definition: one plus the whole `groups`-ths of `all` that are below a value; and where each score begins. */
function byDefinition(all: readonly number[], groups: number): Scored {
  const sorted = all.toSorted((a, b) => a - b);
  const below = new Map<number, number>();
  for (const [place, value] of sorted.entries()) if (!below.has(value)) below.set(value, place);
  const score = (value: number): number => 1 + Math.floor((groups * (below.get(value) ?? 0)) / sorted.length);
  const bounds = Array.from(
    { length: groups - 1 },
    (_, n) => sorted.find((value) => score(value) >= n + 2) ?? null,
  );
  return { score, bounds };
}

/** Scores by the definition as texts like "543", "000" for unscored, and the cut points. */
function expected(
  values: readonly Values[],
  how: FrequencyMethod,
): { scores: string[]; cutPoints: CutPoints } {
  const scored = values.filter(([, orders]) => orders > 0);
  const r = byDefinition(
    scored.map(([recency]) => -recency),
    5,
  );
  const m = byDefinition(
    scored.map(([, , money]) => money),
    5,
  );
  const repeat = scored.map(([, orders]) => orders).filter((orders) => orders > 1);
  const among = byDefinition(repeat, 4);
  const f: Scored =
    how === 'all-customers'
      ? byDefinition(
          scored.map(([, orders]) => orders),
          5,
        )
      : {
          score: (orders) => (orders === 1 ? 1 : 1 + among.score(orders)),
          bounds: [2, ...among.bounds],
        };
  return {
    scores: values.map(([recency, orders, money]) =>
      orders === 0 ? '000' : `${r.score(-recency)}${f.score(orders)}${m.score(money)}`,
    ),
    cutPoints: {
      r: r.bounds.map((bound) => (bound === null ? null : 0 - bound)) as Bounds,
      f: f.bounds as Bounds,
      m: m.bounds as Bounds,
    },
  };
}

/** Numbers that look drawn and are the same each time. */
function drawn(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A shop whose customers mostly ordered once; every tenth is unscored. */
function largeShop(customers: number): Values[] {
  const draw = drawn(customers);
  return Array.from({ length: customers }, (_, i) => {
    if (i % 10 === 3) return [0, 0, 0];
    const orders = draw(3) === 0 ? 1 + draw(20) : 1;
    return [draw(700), orders, 500 + draw(orders * 3_000_000)];
  });
}

/** As `statsWith`, for many. */
function columnsOf(values: readonly Values[]): CustomerStats {
  const asOf = 1_000;
  return {
    ...statsWith([]),
    asOf,
    n: values.length,
    lastDay: Int32Array.from(values, ([recency, orders]) => (orders === 0 ? -0x80000000 : asOf - recency)),
    frequency: Uint32Array.from(values, ([, orders]) => orders),
    monetary: Float64Array.from(values, ([, , money]) => money),
  };
}

const SHOPS: [string, Values[]][] = [
  ['of ten all different', Array.from({ length: 10 }, (_, i): Values => [i * 10, i + 1, (i + 1) * 100])],
  ['of eleven all different', Array.from({ length: 11 }, (_, i): Values => [i, 11 - i, i * 7])],
  [
    'of two',
    [
      [5, 1, 100],
      [3, 2, 50],
    ],
  ],
  [
    'of repeat customers only',
    [
      [1, 2, 5],
      [2, 3, 5],
      [3, 4, 5],
      [4, 9, 5],
      [5, 9, 6],
    ],
  ],
  [
    'where nobody has exactly two orders',
    [
      [1, 1, 5],
      [2, 1, 5],
      [3, 7, 5],
      [4, 3, 5],
    ],
  ],
  [
    'of one-time buyers',
    [
      [1, 1, 5],
      [2, 1, 7],
      [2, 1, 9],
    ],
  ],
  [
    'whose customers owe money',
    [
      [1, 1, -500],
      [2, 2, -20],
      [3, 3, 0],
      [4, 4, 1],
      [5, 5, 3_000_000_000_000],
    ],
  ],
  [
    'with money beyond 32 bits',
    Array.from({ length: 40 }, (_, i): Values => [i % 7, 1 + (i % 3), 2 ** 33 + i * i * 40_000_000]),
  ],
  ['with one giant', Array.from({ length: 30 }, (_, i): Values => [1, 1, i === 4 ? 2 ** 51 : i])],
  [
    'with unscored customers',
    [
      [10, 1, 100],
      [0, 0, 0],
      [20, 1, 100],
      [0, 0, 0],
      [5, 3, 900],
    ],
  ],
  [
    'with unscored customers and debts',
    [
      [0, 0, 0],
      [3, 1, -700],
      [0, 0, 0],
      [0, 0, 0],
      [2, 1, -100],
      [1, 2, -50],
    ],
  ],
  [
    'with unscored customers, debts and a giant',
    [
      [0, 0, 0],
      [3, 1, -700],
      [0, 0, 0],
      [4, 2, 2 ** 40],
      [2, 1, -100_000_000],
      [1, 3, -50],
      [1, 1, 80],
      [9, 1, 2 ** 21],
    ],
  ],
  // The row that begins a second block is the worst one: counted twice, it would move every border.
  [
    'of ten thousand all different',
    Array.from({ length: 10_000 }, (_, i): Values => {
      const place = (i + 10_000 - 8_192) % 10_000;
      return [9_999 - place, place + 2, place * 3 - 7];
    }),
  ],
  ['of as many as are looked at in one go', largeShop(8_192)],
  ['of one more than that', largeShop(8_193)],
  ['of many', largeShop(20_000)],
];

describe('given a shop', () => {
  describe.each(METHODS)('scored among %s', (how) => {
    it.each(SHOPS)('%s, then every score and every cut point is that of the definition', (_, values) => {
      const { r, f, m, cutPoints, scored, method } = scoreCustomers(columnsOf(values), how);
      const wanted = expected(values, how);
      expect(values.map((_, i) => `${r[i]}${f[i]}${m[i]}`)).toEqual(wanted.scores);
      expect(cutPoints).toEqual(wanted.cutPoints);
      expect(scored).toBe(values.filter(([, orders]) => orders > 0).length);
      expect(method).toBe(how);
      for (const [i, [recencyDays, frequency, monetary]] of values.slice(0, 50).entries()) {
        if (frequency === 0) continue;
        const one = scoreWith(cutPoints, { recencyDays, frequency, monetary });
        expect(`${one.r}${one.f}${one.m}`).toBe(wanted.scores[i]);
      }
    });
  });

  it('with a window, then who ordered before it only is unscored and counts for nobody', () => {
    const orders = [order(990, 1), order(960, 2), order(950, 2), order(700, 3), order(600, 4), order(980, 5)];
    const { r, f, m, scored } = scoreCustomers(statsOf(orders, { windowDays: 100 }), 'all-customers');
    expect(scored).toBe(3);
    expect([...r]).toEqual([4, 1, 0, 0, 2]);
    expect([...f]).toEqual([1, 4, 0, 0, 1]);
    expect([...m]).toEqual([1, 4, 0, 0, 1]);
  });

  it('B21: a shop of one customer, of none, and of equals has no best and no worst', () => {
    expect(scoresOf([[3, 1, 500]], 'all-customers')).toEqual(['111']);
    const nobody = scoreCustomers(statsWith([]), 'all-customers');
    expect(nobody.scored).toBe(0);
    expect(nobody.r).toEqual(new Uint8Array(0));
    const unscored = scoreCustomers(statsWith([[0, 0, 0]]), 'repeat-customers');
    expect([...unscored.r, ...unscored.f, ...unscored.m]).toEqual([0, 0, 0]);
    expect(unscored.method).toBe('repeat-customers');
    expect(nobody.cutPoints.r).toEqual([null, null, null, null]);
    const equals = Array.from({ length: 100 }, (): Values => [9, 2, 700]);
    expect(new Set(scoresOf(equals, 'all-customers'))).toEqual(new Set(['111']));
    expect(new Set(scoresOf(equals, 'repeat-customers'))).toEqual(new Set(['121']));
    expect(scoreCustomers(statsWith(equals), 'all-customers').cutPoints).toEqual({
      r: [null, null, null, null],
      f: [null, null, null, null],
      m: [null, null, null, null],
    });
  });

  it('skip customers without a counted order', () => {
    const values: Values[] = [
      [10, 1, 100],
      [0, 0, 0],
      [20, 1, 100],
      [0, 0, 0],
      [5, 3, 900],
    ];
    expect(scoresOf(values, 'all-customers')).toEqual(['211', '000', '111', '000', '444']);
    expect(scoresOf(values, 'repeat-customers')).toEqual(['211', '000', '111', '000', '424']);
  });

  it('cut points are real customers’ values', () => {
    const values = Array.from({ length: 10 }, (_, i): Values => [i * 10, i + 1, (i + 1) * 100]);
    expect(scoreCustomers(statsWith(values), 'all-customers').cutPoints).toEqual({
      r: [70, 50, 30, 10],
      f: [3, 5, 7, 9],
      m: [300, 500, 700, 900],
    });
  });
});

describe('the method for frequency', () => {
  const chosen = (once: number, more: number, unscored = 0): FrequencyMethod => {
    const counts = [...Array(once).fill(1), ...Array(more).fill(4), ...Array(unscored).fill(0)];
    return chooseFrequencyMethod(Uint32Array.from(counts), counts.length);
  };

  it('is among repeat customers from 60 % of one-time customers on', () => {
    expect(chosen(60, 40)).toBe('repeat-customers');
    expect(chosen(59, 41)).toBe('all-customers');
    expect(chosen(3, 2, 95)).toBe('repeat-customers');
    expect(chosen(0, 0, 10)).toBe('all-customers');
  });
});

describe('values at ranks', () => {
  it.each<[string, number[]]>([
    ['one value', [7]],
    ['equal values', [7, 7, 7]],
    ['a few', [3, -1, 2, 2, 900, 0, -40]],
    ['just as many places as a histogram has', [65_535, 0, 9, 65_534]],
    ['one place more than a histogram has', [65_536, 0, 9, 65_535, 1]],
    [
      'one giant and many close together',
      [2 ** 51, ...Array.from({ length: 200 }, (_, i) => (i * 37) % 101)],
    ],
    ['two giants', [2 ** 52, -(2 ** 52), 1, 2, 3]],
  ])('of %s are those of a sorted copy', (_, values) => {
    const ranks = [...values.keys(), values.length - 1];
    const sorted = values.toSorted((a, b) => a - b);
    expect(valuesAtRanks(Float64Array.from(values), ranks)).toEqual(ranks.map((rank) => sorted[rank]));
    expect(valuesAtRanks(Float64Array.from(values), [])).toEqual([]);
  });
});
