import { NO_DAY, type CustomerStats } from '#app/rfm/customer-stats.ts';
import { segmentNumbers, slugOfNumber, TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { chooseFrequencyMethod, scoreCustomers } from '#app/rfm/scores.ts';
import {
  arrivalInstants,
  liveOneCustomer,
  repeaterShare,
  type TrueBehaviour,
} from '#tests/fake-shopify/generator-arrivals.ts';
import type { RandomSource } from '#tests/fake-shopify/generator-random.ts';

const DAY_MS = 86_400_000;
/** What a shopper spends on an order, in minor units: log-normal, with a mean of their own around the shop's. */
const ORDER = { middle: Math.log(3_500), between: 0.45, within: 0.6 };

/** Somebody who lapsed, with what is true of them. */
export type Shopper = { segment: string; truth: TrueBehaviour; spends: number };

/** What the shopper pays for an order before any discount, minor units. */
export function orderOf(random: RandomSource, { spends }: Shopper): number {
  return Math.exp(spends + ORDER.within * random.normal());
}

/** What that is on average. */
export function meanOrderOf({ spends }: Shopper): number {
  return Math.exp(spends + ORDER.within ** 2 / 2);
}

/** Everybody of a generated shop whom a win-back would be for: scored, and in a segment of those who slip or lapsed. */
export function lapsedShoppers(random: RandomSource, customers: number): Shopper[] {
  const until = 20_000 * DAY_MS;
  const arrivals = arrivalInstants(random, customers, until, 720);
  const repeaters = repeaterShare(arrivals, until, 0.6);
  const people = Array.from(arrivals, (arrival) => {
    const life = liveOneCustomer(random, arrival, until, repeaters);
    const spends = ORDER.middle + ORDER.between * random.normal();
    const money = life.orders.reduce((sum) => sum + Math.exp(spends + ORDER.within * random.normal()), 0);
    return { ...life, spends, money };
  });
  const stats: CustomerStats = {
    asOf: 20_000,
    n: customers,
    customerId: Float64Array.from({ length: customers }, (_, i) => i + 1),
    lastDay: Int32Array.from(people, ({ orders }) => Math.floor((orders.at(-1) as number) / DAY_MS)),
    firstDay: Int32Array.from(people, ({ orders }) => Math.floor((orders[0] as number) / DAY_MS)),
    frequency: Uint32Array.from(people, ({ orders }) => orders.length),
    monetary: Float64Array.from(people, ({ money }) => Math.round(money)),
    firstOrderDay: NO_DAY,
    counts: { read: 0, counted: 0, leftOut: {} as CustomerStats['counts']['leftOut'] },
    later: new Set(),
    rowOf: (id) => id - 1,
  };
  const scored = scoreCustomers(stats, chooseFrequencyMethod(stats.frequency, customers));
  const numbers = segmentNumbers(TEN_SEGMENTS, scored);
  return people.flatMap(({ truth, spends }, i) => {
    const segment = slugOfNumber(TEN_SEGMENTS, numbers[i] as number) ?? '';
    return WIN_BACK.has(segment) ? [{ segment, truth, spends }] : [];
  });
}

const WIN_BACK = new Set(['needs-attention', 'about-to-sleep', 'at-risk', 'cant-lose-them', 'hibernating']);
