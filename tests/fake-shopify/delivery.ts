import type { RandomSource } from './generator-random.ts';

/** What becomes of webhooks on their way; shares are 0 to 1, seconds are Shopify's. */
export type DeliveryFaults = {
  /** Never sent at all. */
  readonly lost: number;
  /** Sent twice or three times, each copy on its own way. */
  readonly doubled: number;
  /** Held back by up to `lateSeconds`, so that later ones overtake them. */
  readonly late: number;
  /** At most a day, as Shopify says. */
  readonly lateSeconds: number;
  /** Above zero, webhooks are held back until the next whole multiple of so many seconds and then come all at once. */
  readonly burstSeconds: number;
};

/** Every webhook arrives once and at once. */
export const FAITHFUL: DeliveryFaults = { lost: 0, doubled: 0, late: 0, lateSeconds: 0, burstSeconds: 0 };

/** For each copy of a webhook that is sent at `at` (epoch milliseconds), the seconds it takes; none when it is lost. */
export function waysOf(faults: DeliveryFaults, random: RandomSource, at: number): number[] {
  if (random.chance(faults.lost)) return [];
  const copies = random.chance(faults.doubled) ? random.int(2, 3) : 1;
  return Array.from({ length: copies }, () => {
    const late = random.chance(faults.late) ? random.next() * faults.lateSeconds : 0;
    if (faults.burstSeconds === 0) return late;
    const burst = faults.burstSeconds * 1000;
    return (Math.ceil((at + late * 1000) / burst) * burst - at) / 1000;
  });
}
