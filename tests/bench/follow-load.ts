import { setTimeout as sleep } from 'node:timers/promises';
import { directory } from '#app/db.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { segmentOf, TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { scoreWith, type CutPoints } from '#app/rfm/scores.ts';
import { randomSource } from '#tests/fake-shopify/generator-random.ts';
import type { FakeShop } from '#tests/fake-shopify/store.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { expectedScores } from '#tests/jobs/expected.ts';

/** Milliseconds between looks at which customers carry their new tag. */
const LOOK_MS = 5;
/** Milliseconds that the last tags are waited for. */
const PATIENCE = 30_000;

export type Load = { ordersPerSecond: number; seconds: number; changing: number };

/** Milliseconds from each order that changes a segment until its customer carried the tag; Infinity when never. */
export type Arrivals = { orders: number; waits: number[] };

type Standing = { recencyDays: number; frequency: number; monetary: number; tag: string };
type Place = { fake: FakeShop; cutPoints: CutPoints; people: Map<number, Standing>; ids: number[] };

/** Places orders at random instants in random shops, of which a share changes the segment of its customer. */
export async function placeOrders(shops: FakeShop[], load: Load): Promise<Arrivals> {
  const random = randomSource(11);
  const places = await Promise.all(shops.map(standings));
  const waiting = new Map<string, { since: number; tag: string; place: Place; id: number }>();
  const waits: number[] = [];
  const look = (): void => {
    const at = performance.now();
    for (const [key, { since, tag, place, id }] of waiting) {
      if (!place.fake.customers.get(id)?.tags.includes(tag)) continue;
      waits.push(at - since);
      waiting.delete(key);
    }
  };
  const start = performance.now();
  let orders = 0;
  let next = start;
  while (next < start + load.seconds * 1000) {
    const pause = next - performance.now();
    if (pause > 0) {
      await sleep(Math.min(pause, LOOK_MS));
      look();
      continue;
    }
    const place = random.pick(places);
    const total = random.int(1_000, 9_000);
    const wanted = random.chance(load.changing);
    const id = customerFor(place, total, wanted, random.pick);
    const standing = after(place, id, total);
    const changes = standing.tag !== place.people.get(id)?.tag;
    place.people.set(id, standing);
    const key = `${place.fake.domain} ${id}`;
    if (changes && !waiting.has(key))
      waiting.set(key, { since: performance.now(), tag: standing.tag, place, id });
    placeOrder(place.fake, { customerId: id, total, createdAt: Date.now() });
    orders += 1;
    next += random.exponential(load.ordersPerSecond / 1000);
  }
  for (const end = performance.now() + PATIENCE; waiting.size > 0 && performance.now() < end; look()) {
    await sleep(LOOK_MS);
  }
  return { orders, waits: [...waits, ...Array.from(waiting, () => Infinity)].toSorted((a, b) => a - b) };
}

async function standings(fake: FakeShop): Promise<Place> {
  const run = await latestRun((await directory.shopByDomain(fake.domain))?.id ?? 0);
  if (run === null) throw new Error(`${fake.domain} was never scored`);
  const { cutPoints, asOf } = run;
  const people = new Map<number, Standing>();
  for (const [id, { recencyDays, frequency, monetary, among }] of expectedScores(fake, asOf).scores) {
    // Orders placed here are for nobody's company, which would take company buyers out of their own scores.
    if (among !== 'main') continue;
    people.set(Number(id), withTag(cutPoints, { recencyDays, frequency, monetary }));
  }
  return { fake, cutPoints, people, ids: [...people.keys()] };
}

/** Somebody whose segment an order changes, or does not change. */
function customerFor(
  place: Place,
  total: number,
  changing: boolean,
  pick: (from: readonly number[]) => number,
): number {
  for (let tries = 0; tries < 200; tries += 1) {
    const id = pick(place.ids);
    if ((after(place, id, total).tag !== place.people.get(id)?.tag) === changing) return id;
  }
  return pick(place.ids);
}

function after({ people, cutPoints }: Place, id: number, total: number): Standing {
  const { frequency = 0, monetary = 0 } = people.get(id) ?? {};
  return withTag(cutPoints, { recencyDays: 0, frequency: frequency + 1, monetary: monetary + total });
}

function withTag(cutPoints: CutPoints, facts: Omit<Standing, 'tag'>): Standing {
  const { r, f } = scoreWith(cutPoints, facts);
  return { ...facts, tag: `rfm:${segmentOf(TEN_SEGMENTS, { r: r, f: f, m: 1 })}` };
}
