import type { ScoredPopulations } from './apart.ts';
import type { CustomerStats } from './customer-stats.ts';
import type { OtherPopulation } from './population.ts';
import { isReachable, type Dimension } from './ranges.ts';
import { cellsOf, type Scheme, type SegmentSlug } from './schemes.ts';
import type { CutPoints } from './scores.ts';

/** The value shared by most scored customers: what ties a dimension's scores together. */
type Tie = { value: number; customers: number };

/** What the scores of customers who are scored together cannot tell apart. */
type PartSpread = {
  /** Scores nobody can have now, because too many customers share one value. */
  emptyScores: Record<Dimension, number[]>;
  /** Segments nobody can reach, with the scores they would need and nobody can have. */
  unreachable: {
    segment: SegmentSlug;
    r: number[];
    f: number[];
    /** absent in runs of before */ m?: number[];
  }[];
  /** Recency days and orders that most customers share; null without scored customers. */
  ties: { r: Tie; f: Tie } | null;
};

/** What the scores of a run cannot tell apart. */
export type Spread = PartSpread & {
  /** Fewer than 50 scored customers: the names are provisional. */
  provisional: boolean;
  /** The same of each population that is scored among its own; the rest is said of everyone else. */
  apart?: ({ population: OtherPopulation } & PartSpread)[];
};

const PROVISIONAL_BELOW = 50;

/** Checks how well the cut points of a run spread the customers over the segments of a scheme. */
export function checkSpread(scheme: Scheme, stats: CustomerStats, scored: ScoredPopulations): Spread {
  const [main = { stats, ...scored }, ...others] = scored.parts ?? [];
  const apart = others.flatMap((part) =>
    part.population === null
      ? []
      : [{ population: part.population, ...checkPart(scheme, part.stats, part.cutPoints, part.scored) }],
  );
  return {
    provisional: scored.scored < PROVISIONAL_BELOW,
    ...checkPart(scheme, main.stats, main.cutPoints, main.scored),
    ...(apart.length > 0 && { apart }),
  };
}

function checkPart(scheme: Scheme, stats: CustomerStats, cutPoints: CutPoints, scored: number): PartSpread {
  const empty = (dimension: Dimension): number[] =>
    [1, 2, 3, 4, 5].filter((score) => !isReachable(cutPoints, dimension, score));
  const emptyScores = { r: empty('r'), f: empty('f'), m: empty('m') };
  const dimensions = ['r', 'f', 'm'] as const;
  const unreachable = scheme.segments.flatMap((segment) => {
    const cells = cellsOf(scheme, segment);
    const blocks = (cell: (typeof cells)[number], dimension: Dimension): boolean =>
      emptyScores[dimension].includes(cell[dimension]);
    const blocked = cells.every((cell) => dimensions.some((dimension) => blocks(cell, dimension)));
    if (!blocked || scored === 0) return [];
    const missing = (dimension: Dimension): number[] =>
      emptyScores[dimension].filter((score) => cells.some((cell) => cell[dimension] === score));
    return { segment, r: missing('r'), f: missing('f'), m: missing('m') };
  });
  return { emptyScores, unreachable, ties: scored === 0 ? null : commonest(stats) };
}

/** The scores nobody at all can have: those who are scored together cannot, and of no population that is scored apart. */
export function emptyForAll({ emptyScores, apart = [] }: Spread): Spread['emptyScores'] {
  const empty = (dimension: Dimension): number[] =>
    emptyScores[dimension].filter((score) =>
      apart.every((part) => part.emptyScores[dimension].includes(score)),
    );
  return { r: empty('r'), f: empty('f'), m: empty('m') };
}

function commonest(stats: CustomerStats): { r: Tie; f: Tie } {
  const days = new Map<number, number>();
  const orders = new Map<number, number>();
  for (let i = 0; i < stats.n; i += 1) {
    const frequency = stats.frequency[i] as number;
    if (frequency === 0) continue;
    const recency = stats.asOf - (stats.lastDay[i] as number);
    days.set(recency, (days.get(recency) ?? 0) + 1);
    orders.set(frequency, (orders.get(frequency) ?? 0) + 1);
  }
  return { r: largest(days), f: largest(orders) };
}

// Of equally common values the smaller one, so that the answer does not depend on the order of rows.
function largest(counts: Map<number, number>): Tie {
  let tie: Tie = { value: 0, customers: 0 };
  for (const [value, customers] of counts) {
    if (customers > tie.customers || (customers === tie.customers && value < tie.value))
      tie = { value, customers };
  }
  return tie;
}
