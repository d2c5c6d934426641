import { NO_DAY, type CustomerStats } from './customer-stats.ts';
import { withOwnCutPoints, type OwnCutPoints } from './own-cut-points.ts';
import { OTHER_POPULATIONS, type Members, type OtherPopulation } from './population.ts';
import { scoreCustomers, type CutPoints, type FrequencyMethod, type ScoredCustomers } from './scores.ts';

/** From so many scored customers on a population is scored among its own: a fifth of fewer names nobody truly. */
export const LEAST_APART = 50;

/** What the merchant decided about scoring. */
export type ScoringRules = {
  method: FrequencyMethod;
  ownCutPoints: OwnCutPoints;
  /** those who buy for a company are scored among themselves */
  companiesApart: boolean;
  /** those who buy at the till only are scored among themselves */
  tillApart: boolean;
};

/** Those who are scored among themselves, or (null) everyone else; the rows of all others have no orders. */
type Part = {
  population: OtherPopulation | null;
  stats: CustomerStats;
  cutPoints: CutPoints;
  scored: number;
};

/** The scores of everyone, and the parts they were scored in where there is more than one. */
export type ScoredPopulations = ScoredCustomers & { parts?: readonly Part[] };

/**
 * Scores each population among its own: those that are to be scored apart and have enough customers, and all others
 * together. Where too few are left for that, the largest of the populations is scored with them. Cut points of the
 * merchant's own hold for everyone.
 */
export function scorePopulations(
  stats: CustomerStats,
  members: Members,
  rules: ScoringRules,
): ScoredPopulations {
  const { method, ownCutPoints } = rules;
  const score = (of: CustomerStats): ScoredCustomers =>
    withOwnCutPoints(of, scoreCustomers(of, method), ownCutPoints);
  const apart = isRanked(rules) ? rowsApart(stats, members, rules) : [];
  if (apart.length === 0) return score(stats);

  const main = without(
    stats,
    apart.map(([, rows]) => rows),
  );
  const { r, f, m, ...rest } = score(main);
  const parts: Part[] = [{ population: null, stats: main, cutPoints: rest.cutPoints, scored: rest.scored }];
  for (const [population, rows] of apart) {
    const part = only(stats, rows);
    const scored = score(part);
    for (const [i, row] of rows.entries()) {
      r[row] = scored.r[i] as number;
      f[row] = scored.f[i] as number;
      m[row] = scored.m[i] as number;
    }
    parts.push({ population, stats: part, cutPoints: scored.cutPoints, scored: scored.scored });
  }
  const cutPoints = {
    ...rest.cutPoints,
    apart: Object.fromEntries(apart.map(([population], i) => [population, parts[i + 1]!.cutPoints])),
  };
  return { r, f, m, cutPoints, method, scored: parts.reduce((sum, { scored }) => sum + scored, 0), parts };
}

/** The cut points that a customer is scored by. */
export function cutPointsOf(cutPoints: CutPoints, population: OtherPopulation | undefined): CutPoints {
  return (population && cutPoints.apart?.[population]) ?? cutPoints;
}

/** The populations of a run that were scored among their own. */
export function scoredApart({ apart }: CutPoints): OtherPopulation[] {
  return OTHER_POPULATIONS.filter((population) => apart?.[population] !== undefined);
}

/** Among whom a score compares: those of one population, or (null) everyone but those of some. */
export type Among = { population: OtherPopulation | null; without: OtherPopulation[] };

/** Among whom a customer of a population was scored in a run. */
export function amongWhom(cutPoints: CutPoints, population: OtherPopulation | undefined): Among {
  const apart = scoredApart(cutPoints);
  const own = population !== undefined && apart.includes(population);
  return own ? { population, without: [] } : { population: null, without: apart };
}

/** Why a population is scored among its own, or with everyone else. */
export type ApartState = 'apart' | 'off' | 'own' | 'few' | 'rest' | 'next';

/**
 * How a population is scored, and why: among its own; with everyone else since that is switched off, since the
 * merchant's own cut points hold for all, since there are too few of it or too few others; or among its own from the
 * next scoring of everyone on.
 * @param counts how many of each population are scored, of how many in all
 */
export function apartState(
  population: OtherPopulation,
  cutPoints: CutPoints,
  rules: Omit<ScoringRules, 'method'>,
  counts: Record<OtherPopulation, number> & { scored: number },
): ApartState {
  if (scoredApart(cutPoints).includes(population)) return 'apart';
  const wanted = wantedApart(rules);
  if (!wanted.includes(population)) return 'off';
  if (!isRanked(rules)) return 'own';
  if (counts[population] < LEAST_APART) return 'few';
  const apart = wanted.filter((one) => counts[one] >= LEAST_APART);
  const left = counts.scored - apart.reduce((sum, one) => sum + counts[one], 0);
  const largest = apart.every((one) => counts[one] <= counts[population]);
  return left < LEAST_APART && largest ? 'rest' : 'next';
}

/** Whether any dimension is scored by rank. */
function isRanked({ ownCutPoints }: Pick<ScoringRules, 'ownCutPoints'>): boolean {
  return (['r', 'f', 'm'] as const).some((dimension) => ownCutPoints[dimension] === undefined);
}

function wantedApart({
  companiesApart,
  tillApart,
}: Pick<ScoringRules, 'companiesApart' | 'tillApart'>): OtherPopulation[] {
  return OTHER_POPULATIONS.filter((population) => (population === 'pos' ? tillApart : companiesApart));
}

/** The rows of the scored customers of each population that is to be scored among its own. */
function rowsApart(
  stats: CustomerStats,
  members: Members,
  rules: ScoringRules,
): [OtherPopulation, number[]][] {
  const rows: Record<OtherPopulation, number[]> = { b2b: [], mixed: [], pos: [] };
  for (const [id, population] of members) {
    const row = stats.rowOf(id);
    if ((stats.frequency[row] ?? 0) > 0) rows[population].push(row);
  }
  const apart = wantedApart(rules)
    .filter((population) => rows[population].length >= LEAST_APART)
    .map((population): [OtherPopulation, number[]] => [population, rows[population]]);
  if (apart.length === 0) return [];
  let left = 0;
  for (let row = 0; row < stats.n; row += 1) if ((stats.frequency[row] as number) > 0) left += 1;
  for (const [, its] of apart) left -= its.length;
  if (left >= LEAST_APART) return apart;
  const largest = Math.max(...apart.map(([, its]) => its.length));
  const joins = apart.findIndex(([, its]) => its.length === largest);
  return apart.filter((_, place) => place !== joins);
}

/** The same customers, those at the rows as if they had no orders. */
function without(stats: CustomerStats, parts: readonly number[][]): CustomerStats {
  const lastDay = Int32Array.from(stats.lastDay);
  const frequency = Uint32Array.from(stats.frequency);
  const monetary = Float64Array.from(stats.monetary);
  for (const row of parts.flat()) {
    lastDay[row] = NO_DAY;
    frequency[row] = 0;
    monetary[row] = 0;
  }
  return { ...stats, lastDay, frequency, monetary };
}

/** The customers at the rows. */
function only(stats: CustomerStats, rows: readonly number[]): CustomerStats {
  return {
    ...stats,
    n: rows.length,
    customerId: Float64Array.from(rows, (row) => stats.customerId[row] as number),
    lastDay: Int32Array.from(rows, (row) => stats.lastDay[row] as number),
    firstDay: Int32Array.from(rows, (row) => stats.firstDay[row] as number),
    frequency: Uint32Array.from(rows, (row) => stats.frequency[row] as number),
    monetary: Float64Array.from(rows, (row) => stats.monetary[row] as number),
  };
}
