import { finalInterval, type Side } from './money-lift.ts';
import type { Interval } from './proportions.ts';

/** What customers brought who drew one arm of a step's experiment, from then on. */
export type ArmSums = {
  version: number;
  step: number;
  branch: number;
  arm: number;
  side: Side;
  orders: number;
  /** null = neither a margin nor every product's cost is known */
  profit: number | null;
};

/** An arm and how it compares with the first one of its experiment; null for the first, and where it cannot be said. */
export type ArmFigures = Omit<ArmSums, 'side'> & {
  customers: number;
  buyers: number;
  /** profit per customer more than the first arm's */
  more: Interval | null;
  /** whether it differs, when all comparisons of the campaign are held to one chance of a false alarm together */
  differs: boolean;
};

const LEAST_P = 1e-9;

/**
 * Compares the arms of each experiment with its first one. That one of all comparisons of the campaign is a false alarm
 * is kept at 1 − `level` by Holm's procedure (1979, Scandinavian Journal of Statistics 6:65-70). An experiment is a
 * version, step and branch of which two arms or more were drawn.
 */
export function comparedArms(arms: readonly ArmSums[], level: number): ArmFigures[] {
  const experiments = Map.groupBy(arms, ({ version, step, branch }) => `${version} ${step} ${branch}`);
  const compared = [...experiments.values()].flatMap((its) => {
    const [first, ...others] = its.toSorted((a, b) => a.arm - b.arm);
    if (first === undefined || others.length === 0) return [];
    return [{ of: first, to: null }, ...others.map((of) => ({ of, to: first }))];
  });
  const found = compared.map(({ of, to }) => ({
    of,
    more: to === null || unknown(of, to) ? null : finalInterval(of.side, to.side, level),
    p: to === null || unknown(of, to) ? null : chance(of.side, to.side),
  }));
  const differing = holm(
    found.map(({ p }) => p),
    1 - level,
  );
  return found.map(({ of: { side, ...of }, more }, i) => ({
    ...of,
    customers: side.customers,
    buyers: side.buyers,
    more,
    differs: differing.has(i),
  }));
}

const unknown = (one: ArmSums, other: ArmSums): boolean => one.profit === null || other.profit === null;

/** The chance of a difference as large as this where there is none: one less the level at which the interval reaches 0. */
function chance(one: Side, other: Side): number | null {
  const holdsNone = (p: number): boolean => {
    const interval = finalInterval(one, other, 1 - p);
    return interval !== null && interval.low <= 0 && interval.high >= 0;
  };
  if (finalInterval(one, other, 0.5) === null) return null;
  let [low, high] = [Math.log(LEAST_P), 0];
  if (!holdsNone(LEAST_P)) return LEAST_P;
  // At low the interval holds 0, at high it need not.
  for (let i = 0; i < 40; i += 1) {
    const middle = (low + high) / 2;
    if (holdsNone(Math.exp(middle))) low = middle;
    else high = middle;
  }
  return Math.exp(low);
}

/** Which of the comparisons differ, their places: from the surest on, until the first that does not. */
function holm(chances: readonly (number | null)[], error: number): Set<number> {
  const known = chances
    .flatMap((p, place) => (p === null ? [] : [{ p, place }]))
    .toSorted((a, b) => a.p - b.p || a.place - b.place);
  const differing = new Set<number>();
  for (const [i, { p, place }] of known.entries()) {
    if (p > error / (known.length - i)) break;
    differing.add(place);
  }
  return differing;
}
