import { cutPointsOf } from './apart.ts';
import type { CustomerStats } from './customer-stats.ts';
import type { Members } from './population.ts';
import { scoreWith, type CutPoints, type FrequencyMethod, type ScoredCustomers } from './scores.ts';

/**
 * Scores every customer of the stats against the stored cut points of their population, see `scoreWith`: what happens
 * to single customers between full runs. Customers without a counted order in the window are unscored.
 */
export function scoreAgainst(
  stats: CustomerStats,
  cutPoints: CutPoints,
  method: FrequencyMethod,
  members: Members,
): ScoredCustomers {
  const { n, asOf } = stats;
  const [r, f, m] = [new Uint8Array(n), new Uint8Array(n), new Uint8Array(n)];
  let scored = 0;
  for (let row = 0; row < n; row += 1) {
    const frequency = stats.frequency[row] as number;
    if (frequency === 0) continue;
    const recencyDays = asOf - (stats.lastDay[row] as number);
    const its = cutPointsOf(cutPoints, members.get(stats.customerId[row] as number));
    const scores = scoreWith(its, { recencyDays, frequency, monetary: stats.monetary[row] as number });
    [r[row], f[row], m[row]] = [scores.r, scores.f, scores.m];
    scored += 1;
  }
  return { r, f, m, cutPoints, method, scored };
}
