import { normalQuantile } from './quantiles.ts';

/** A customer of an audience: its segment, and a keyed hash of shop, campaign and customer as a number from 0 to 1. */
export type Member = { customerId: number; stratum: string; hash: number };

/**
 * Who of a launch's audience is held out: in each stratum the share, to the customer, those with the lowest hashes.
 * What is left over of a share decides by the hash of the stratum, so that everybody's chance is the share exactly.
 * @param share between 0 and 1
 * @param stratumHash a keyed hash of campaign and stratum as a number from 0 to 1
 */
export function holdOut(
  members: readonly Member[],
  share: number,
  stratumHash: (stratum: string) => number,
): Set<number> {
  const strata = Map.groupBy(members, ({ stratum }) => stratum);
  const held = new Set<number>();
  for (const [stratum, its] of strata) {
    const exact = its.length * share;
    const whole = Math.floor(exact);
    const count = whole + (stratumHash(stratum) < exact - whole ? 1 : 0);
    const lowest = [...its].sort((a, b) => a.hash - b.hash || a.customerId - b.customerId);
    for (const { customerId } of lowest.slice(0, count)) held.add(customerId);
  }
  return held;
}

/** Whether somebody who comes into a running campaign is held out. */
export function isHeldOut(hash: number, share: number): boolean {
  return hash < share;
}

/** Chance that a sound assignment is called unsound, and held-out customers to expect before anything is said. */
const FALSE_ALARM = 0.001;
const LEAST_HELD = 50;

/**
 * Whether so many customers on each side are what the share would bring: a test of the ratio by the normal distribution,
 * from fifty expected to be held out on, which fails about once in a thousand sound campaigns that drew everybody one by
 * one, and less often where shares were taken. Something that drops customers from one side only makes it fail.
 */
export function ratioIsSound(treated: number, held: number, share: number): boolean {
  const all = treated + held;
  if (all * share < LEAST_HELD) return true;
  const off = Math.abs(held - all * share) / Math.sqrt(all * share * (1 - share));
  return off <= normalQuantile(1 - FALSE_ALARM / 2);
}
