import type { RandomSource } from './generator-random.ts';

const DAY_MS = 86_400_000;
/** Repeat buyers' orders per day while active: gamma with this shape and mean (one order in 48 days). */
const RATE_SHAPE = 1.7;
const RATE_MEAN = 1 / 48;
/** Chance to leave for good after each order from the second on: beta. */
const DROPOUT = { a: 1.1, b: 4.2 };

/** What is true of one customer and can never be read from the shop. */
export type TrueBehaviour = {
  /** Orders per day while active; 0 for someone who buys once and never again. */
  readonly repurchaseRate: number;
  /** Still active at the end of the history. */
  readonly active: boolean;
  /** Chance that an offer brings an order that would not have come without it. */
  readonly offerResponse: number;
};

/** When each customer came, in ascending epoch milliseconds: a shop that grew, busier in November. */
export function arrivalInstants(
  random: RandomSource,
  count: number,
  until: number,
  historyDays: number,
): Float64Array {
  const instants = new Float64Array(count);
  for (let i = 0; i < count;) {
    const age = random.next();
    const at = until - age * historyDays * DAY_MS;
    const november = new Date(at).getUTCMonth() === 10 ? 1 : 0.7;
    // Density falls linearly to 40 % of today's at the start of the history.
    if (random.next() < (1 - 0.6 * age) * november) instants[i++] = at;
  }
  return instants.sort();
}

/**
 * The share of customers that must be able to come back so that `oneTimeShare` of all are seen buying once:
 * of those who can, some have not had the time yet. Gap of a gamma-mixed exponential (Pareto of second kind).
 */
export function repeaterShare(arrivals: Float64Array, until: number, oneTimeShare: number): number {
  const alpha = RATE_SHAPE / RATE_MEAN;
  let seen = 0;
  for (const at of arrivals) seen += 1 - (alpha / (alpha + (until - at) / DAY_MS)) ** RATE_SHAPE;
  return Math.min(1, ((1 - oneTimeShare) * arrivals.length) / seen);
}

/**
 * One customer's life: the first order at `arrival`, then exponential gaps at a rate of their own until they
 * drop out or the history ends (negative binomial orders with individual dropout).
 */
export function liveOneCustomer(
  random: RandomSource,
  arrival: number,
  until: number,
  repeaters: number,
): { readonly orders: readonly number[]; readonly truth: TrueBehaviour } {
  const offerResponse = random.chance(0.6) ? random.beta(0.8, 12) : random.beta(1.5, 6);
  if (!random.chance(repeaters)) {
    return { orders: [arrival], truth: { repurchaseRate: 0, active: false, offerResponse } };
  }
  const repurchaseRate = (random.gamma(RATE_SHAPE) * RATE_MEAN) / RATE_SHAPE;
  const dropout = random.beta(DROPOUT.a, DROPOUT.b);
  const orders = [arrival];
  for (let at = arrival; ;) {
    at += random.exponential(repurchaseRate) * DAY_MS;
    if (at > until) return { orders, truth: { repurchaseRate, active: true, offerResponse } };
    orders.push(at);
    if (random.chance(dropout)) return { orders, truth: { repurchaseRate, active: false, offerResponse } };
  }
}
