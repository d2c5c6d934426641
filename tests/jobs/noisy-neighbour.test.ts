import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import { sqlInShop } from '#app/db.server.ts';
import { applyInbox } from '#app/jobs/apply-inbox.server.ts';
import { importShop } from '#app/jobs/import-shop.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { JOBS, startJobs, stopJobs } from '#app/jobs/workers.server.ts';
import { latestImport, openImport } from '#app/models/imports.server.ts';
import { openIntake } from '#app/models/inbox-intake.server.ts';
import { installShop } from '#app/models/shops.server.ts';
import { fetchFrom } from '#tests/fake-shopify/redirected-fetch.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedBetweenRuns, heldScores } from './expected.ts';
import { expectTrue } from './followed-shop.ts';
import { decide, drain, installed, smallShop, storeToken, type Pipeline } from './pipeline.ts';

/** Webhooks of the noisy shop: what six runs take. */
const FLOOD = 3_000;
/** Webhooks that one run takes at most. */
const A_RUN = 500;

testDatabase();
const intake = openIntake(30_000);
let noisy: Pipeline;
let quiet: Pipeline[];
/** Installed while the noisy one is busy. */
let fresh: Pipeline;
let gate = { waiting: () => 0, open: () => undefined as void };

beforeAll(async () => {
  const fakes = [
    smallShop({ customers: 40 }),
    ...Array.from({ length: 3 }, () => smallShop({ customers: 20 })),
  ];
  const first = await installed(fakes[0]!, { shops: fakes });
  const rest: Pipeline[] = [];
  for (const fake of fakes.slice(1)) {
    const office = first.shopify.shop(fake.domain);
    office.installed = true;
    const { shop } = await installShop(fake.domain, [...office.scopes]);
    await storeToken(first.shopify, fake.domain);
    rest.push({ ...first, fake, shop });
  }
  noisy = first;
  [fresh, ...quiet] = rest as [Pipeline, ...Pipeline[]];
  for (const one of [noisy, ...quiet]) await enqueue(importShop, payload(one));
  await drain();
  for (const one of [noisy, fresh, ...quiet]) await decide(one.shop.id, { writeBack: 'on' });
  for (const one of [noisy, ...quiet]) await enqueue(scoreCustomers, payload(one));
  await drain();
});
afterAll(async () => {
  gate.open();
  await stopJobs();
  await intake.close();
  await noisy.close();
  await closeQueue(1);
});

describe('given a shop with a flood of webhooks beside others with one each', () => {
  it('W7: when a single lane works on all of them, then nobody waits for more than one run of the noisy shop', async () => {
    await flood();
    for (const one of quiet) await buys(one);
    for (const one of [noisy, ...quiet]) await enqueue(applyInbox, payload(one));
    const loud: number[] = [];
    await drain({
      oneStep: true,
      until: async () => {
        const left = await Promise.all(quiet.map(unhandled));
        if (left.some((n) => n > 0)) loud.push(FLOOD - (await unhandled(noisy)));
        return false;
      },
    });
    expect(Math.max(...loud)).toBe(A_RUN);
    for (const one of [noisy, ...quiet]) await expectTrue(one);
  });

  it('W7: then many webhooks about the same orders become few questions', async () => {
    noisy.shopify.calls.clear();
    await flood();
    await enqueue(applyInbox, payload(noisy));
    await drain();
    // Six runs, each of which asks for its orders, and what follows once.
    expect(noisy.shopify.calls.all.length).toBeLessThan((FLOOD / A_RUN) * 4);
    expect(await unhandled(noisy)).toBe(0);
  });

  it('P10: when everything of the noisy shop stands still, then others are followed, installed and imported all the same', async () => {
    gate = hold(noisy);
    await openImport(noisy.shop.id, noisy.shop.generation);
    await flood();
    for (const one of quiet) await buys(one);
    await startJobs();
    await enqueue(importShop, payload(noisy));
    await enqueue(importShop, payload(fresh));
    for (const one of [fresh, ...quiet]) await comesTrue(one);
    // It waited all that time, with no more than one run of each job.
    expect(await unhandled(noisy)).toBe(FLOOD);
    expect(gate.waiting()).toBeLessThanOrEqual(JOBS.length);
    gate.open();
    await comesTrue(noisy);
  }, 120_000);
});

const payload = ({ shop }: Pipeline) => ({ shopId: shop.id, generation: shop.generation });

let floods = 0;

/** Thousands of webhooks about the shop's few orders. */
async function flood(): Promise<void> {
  floods += 1;
  const orders = [...noisy.fake.orders.values()];
  await told(
    noisy,
    Array.from({ length: FLOOD }, (_, n) => ({
      id: `flood-${floods}-${n}`,
      order: orders[n % orders.length]!.id,
    })),
  );
}

/** Somebody buys, and one webhook tells of it. */
async function buys(pipeline: Pipeline): Promise<void> {
  const [customerId = 0] = pipeline.fake.customers.keys();
  const { id } = placeOrder(pipeline.fake, { customerId, total: 90_000, createdAt: Date.now() });
  await told(pipeline, [{ id: `bought-${pipeline.shop.id}-${id}`, order: id }]);
}

function told({ fake }: Pipeline, webhooks: { id: string; order: number }[]): Promise<void> {
  return intake.store(
    webhooks.map(({ id, order }) => ({
      domain: fake.domain,
      webhookId: id,
      topic: 'orders/updated',
      resourceId: order,
      detail: { updatedAt: fake.orders.get(order)!.updatedAt },
      triggeredAt: Date.now(),
    })),
    new AbortController().signal,
  );
}

async function unhandled({ shop }: Pipeline): Promise<number> {
  const { rows } = await sqlInShop(shop.id, (client) =>
    client.query<{ n: number }>('select count(*) as n from inbox where shop_id = $1 and handled_at is null', [
      shop.id,
    ]),
  );
  return rows[0]?.n ?? NaN;
}

/** Lets no request of a shop through until it is opened. */
function hold({ fake, shopify }: Pipeline) {
  const through = fetchFrom(shopify.url);
  const { promise, resolve } = Promise.withResolvers<void>();
  let waiting = 0;
  setAbstractFetchFunc(async (input, init) => {
    const { hostname } = new URL(input instanceof Request ? input.url : input);
    if (hostname === fake.domain) {
      waiting += 1;
      await promise;
      waiting -= 1;
    }
    return through(input, init);
  });
  return { waiting: () => waiting, open: resolve };
}

/** Waits until the shop's import has ended, its webhooks are handled and its customers carry what they should. */
async function comesTrue(pipeline: Pipeline): Promise<void> {
  const isTrue = async (): Promise<boolean> => {
    if ((await unhandled(pipeline)) > 0) return false;
    if ((await latestImport(pipeline.shop.id))?.phase !== 'done') return false;
    const expected = await expectedBetweenRuns(pipeline.shop.id, pipeline.fake).catch(() => null);
    return expected !== null && same(heldScores(pipeline.fake), expected);
  };
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 50));
}

function same(one: ReadonlyMap<number, string>, other: ReadonlyMap<number, string>): boolean {
  return one.size === other.size && [...one].every(([id, line]) => other.get(id) === line);
}
