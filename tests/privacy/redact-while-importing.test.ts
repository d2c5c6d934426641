import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { eraseCustomer } from '#app/jobs/erase-customer.server.ts';
import { importShop } from '#app/jobs/import-shop.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { latestImport, openImport } from '#app/models/imports.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { decide, drain, installed, runPipeline, smallShop, type Pipeline } from '#tests/jobs/pipeline.ts';
import { isIn, rowsWith, tracesOf } from './traces.ts';

vi.hoisted(() => (process.env.LOG_LEVEL = 'debug'));
const url = testDatabase();
const logged: string[] = [];
vi.spyOn(process.stdout, 'write').mockImplementation((line) => logged.push(String(line)) > 0);
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

/** Another process holds no lease of this one. */
const outside = AsyncLocalStorage.snapshot();
/** How long a step waits for the erasure; one inside of a transaction is waited for by the erasure instead. */
const MEANWHILE_MS = 150;

/** Erases a customer as the webhook's handler does: again until nothing is under way any more. */
async function redact({ shop, fake }: Pipeline, customerId: number): Promise<void> {
  const orderIds = [...fake.orders.values()].flatMap((o) => (o.customerId === customerId ? [o.id] : []));
  // One order is left unnamed: it stays, as a guest's.
  while (!(await eraseCustomer(shop.id, { customerId, orderIds: orderIds.slice(1) }))) await sleep(20);
}

/** Steps within a transaction that stores customers: whoever is erased there was read before. */
const WITHIN = [
  'orders.loaded',
  'details.loaded',
  'customers.loaded',
  'score.read-orders',
  'score.write-scores',
];

/** Runs an import, scoring and writing, erasing another customer after every fourth step and after those of WITHIN. */
async function redactAfterSteps(pipeline: Pipeline, victims: number[], run: () => Promise<void>) {
  const under = new Map<string, Promise<void>>();
  const taken = new Set<string>();
  onStep(async (name, moment) => {
    if (moment === 'before' || taken.has(name) || name.startsWith('erase.')) return;
    if (taken.add(name).size % 4 !== 0 && !WITHIN.includes(name)) return;
    const victim = victims.pop();
    if (victim === undefined) return;
    const erasing = outside(() => redact(pipeline, victim));
    under.set(name, erasing);
    await Promise.race([erasing, sleep(MEANWHILE_MS)]);
  });
  await run();
  await Promise.all(under.values());
  onStep(undefined);
  return [...under.keys()];
}

it('W12: given an import, when customers are erased at each of its checkpoints, then nothing of them is anywhere, nor after the next import', async () => {
  const pipeline = await installed(smallShop({ customers: 60, shares: { oneTime: 0.5 } }));
  const { shop, fake } = pipeline;
  await decide(shop.id, { writeBack: 'on' });
  const withOrders = [...new Set([...fake.orders.values()].map(({ customerId }) => customerId))];
  const victims = withOrders.filter((id) => id !== null).slice(0, 50);
  const total = fake.orders.size;
  const first = [...victims];
  const steps = await redactAfterSteps(pipeline, first, () => runPipeline(pipeline));
  expect(steps.length).toBeGreaterThan(20);
  expect(steps).toEqual(expect.arrayContaining(WITHIN));
  const erased = victims.slice(first.length);
  const traces = erased.flatMap((id) => tracesOf(fake.customers.get(id)!));
  expect(await latestImport(shop.id)).toMatchObject({ phase: 'done', problem: null });
  expect(await rowsWith(url, traces)).toEqual([]);
  // Shopify here still shows them, and the next import reads everything anew.
  await openImport(shop.id, shop.generation);
  await enqueue(importShop, { shopId: shop.id, generation: shop.generation });
  await drain();
  expect(await latestImport(shop.id)).toMatchObject({ phase: 'done', problem: null });
  expect(await rowsWith(url, traces)).toEqual([]);
  expect(logged.length).toBeGreaterThan(0);
  expect(traces.filter((trace) => isIn(logged.join(''), trace))).toEqual([]);
  expect(total).toBe(fake.orders.size);
  await pipeline.close();
}, 120_000);
