import type { RandomSource } from './generator-random.ts';
import type { Visits } from './store-orders.ts';

/** How often a visit comes from where, in a hundred; named as Shopify names them. */
const SOURCES = [
  ['Google', 34],
  ['direct', 26],
  ['Instagram', 12],
  ['Facebook', 9],
  ['email', 9],
  ['an unknown source', 4],
  ['Pinterest', 3],
  ['tea-and-clay.example', 3],
] as const;
/** Every source in as many places as it has hundredths. */
const PLACES: readonly string[] = SOURCES.flatMap(([source, share]) =>
  Array.from({ length: share }, () => source),
);
/** Shared by all orders with the same sources, so that a million of them stay small. */
const shared = new Map<string, Visits>();

/**
 * Gives orders of the online store the visits before them, by numbers of its own, so that nothing else of the shop
 * changes. Who comes back often does so directly or by e-mail. Of some orders Shopify knows no visit, of some only the
 * first.
 */
export function visitWriter(random: RandomSource): () => Visits | null {
  const returning = ['direct', 'direct', 'email', 'Google'] as const;
  return () => {
    if (random.chance(0.06)) return null;
    const first = random.pick(PLACES);
    const last = random.chance(0.5) ? first : random.pick(returning);
    return sharedVisits(first, random.chance(0.02) ? null : last);
  };
}

function sharedVisits(first: string, last: string | null): Visits {
  const key = `${first} ${last}`;
  const known = shared.get(key) ?? { first, last };
  shared.set(key, known);
  return known;
}
