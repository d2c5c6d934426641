import { NO_DAY, type CustomerStats } from '#app/rfm/customer-stats.ts';
import { segmentNumbers, TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { chooseFrequencyMethod, scoreCustomers } from '#app/rfm/scores.ts';

/** Figures of the pure scoring: milliseconds, medians over the rounds after the first ones. */
export type ScoringFigures = {
  customers: number;
  /** The very first scoring of the process, before the engine has optimised it. */
  coldMs: number;
  /** Method, cut points, scores and segments of all customers. */
  scoringMs: number;
  /** `Float64Array.prototype.sort` of a copy of the monetary column. */
  sortMs: number;
  /** Median of scoring ÷ sort, both taken in the same round. */
  ratio: number;
};

const WARM_UP = 6;
const ROUNDS = 15;

/** Measures scoring `n` generated customers against sorting one column of them. */
export function benchScoring(n: number): ScoringFigures {
  const stats = generatedStats(n);
  const scoring: number[] = [];
  const sorting: number[] = [];
  let keep = 0;
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const copy = stats.monetary.slice();
    const start = performance.now();
    const scored = scoreCustomers(stats, chooseFrequencyMethod(stats.frequency, n));
    keep += segmentNumbers(TEN_SEGMENTS, scored)[round] ?? 0;
    const middle = performance.now();
    copy.sort();
    keep += copy[round] ?? 0;
    scoring.push(middle - start);
    sorting.push(performance.now() - middle);
  }
  if (!Number.isFinite(keep)) throw new Error('the results were not used');
  const [coldMs = 0] = scoring;
  const warm = scoring.slice(WARM_UP);
  const sorts = sorting.slice(WARM_UP);
  const ratio = median(warm.map((time, round) => time / (sorts[round] ?? time)));
  return { customers: n, coldMs, scoringMs: median(warm), sortMs: median(sorts), ratio };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

// Customers of a shop some years old: 60 % ordered once, long tails of orders and money, one in 50 unscored.
function generatedStats(n: number): CustomerStats {
  let state = 0x2545f491;
  const random = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
  const customerId = Float64Array.from({ length: n }, (_, i) => 7_000_000_000_000 + i * 32_768);
  const lastDay = new Int32Array(n);
  const frequency = new Uint32Array(n);
  const monetary = new Float64Array(n);
  for (let i = 0; i < n; i += 1) {
    const unscored = random() < 0.02;
    frequency[i] = unscored ? 0 : Math.floor(1 + (random() < 0.6 ? 0 : -4 * Math.log(1 - random())));
    lastDay[i] = unscored ? NO_DAY : 20_000 - Math.floor(1500 * random() ** 2);
    monetary[i] = Math.floor((frequency[i] ?? 0) * 5000 * Math.exp(2 * (random() + random() - 1)));
  }
  return {
    asOf: 20_000,
    n,
    later: new Set(),
    customerId,
    lastDay,
    // Who came when for the first time plays no part in scores.
    firstDay: lastDay,
    frequency,
    monetary,
    firstOrderDay: 18_500,
    counts: {
      read: 0,
      counted: 0,
      leftOut: { later: 0, guest: 0, test: 0, cancelled: 0, unpaid: 0, 'other-currency': 0, zero: 0 },
    },
    rowOf: () => -1,
  };
}
