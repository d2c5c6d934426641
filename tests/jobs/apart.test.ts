import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseNow, inShop, sqlInShop } from '#app/db.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { reconcileScores } from '#app/jobs/reconcile-scores.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { scorePending } from '#app/jobs/score-pending.server.ts';
import { addPending } from '#app/models/pending.server.ts';
import { newestLooks } from '#app/models/reconciliations.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { scoredApart } from '#app/rfm/apart.ts';
import { editOrder, placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedBetweenRuns, expectedScores, storedScores } from './expected.ts';
import {
  decide,
  drain,
  installed,
  lookAgain,
  passSinceLooks,
  runPipeline,
  smallShop,
  type Pipeline,
} from './pipeline.ts';
import { payload } from './written-shop.ts';

testDatabase();
let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await installed(smallShop({ customers: 1_400, shares: { company: 0.5, inStore: 0.6 } }));
  await runPipeline(pipeline);
}, 120_000);
afterAll(async () => {
  await pipeline.close();
  await closeQueue(1);
});

async function lastRun() {
  const run = await latestRun(pipeline.shop.id);
  if (run === null) throw new Error('nothing was scored');
  return run;
}

/** What everyone's scores are by the slow oracle, everyone scored anew. */
async function expectedAnew(apart: { companiesApart: boolean; tillApart: boolean }) {
  const { asOf, frequencyMethod: method } = await lastRun();
  const { scores } = expectedScores(pipeline.fake, asOf, { method, ...apart });
  return new Map([...scores].map(([id, { segment, r, f, m }]) => [Number(id), `${segment} ${r}${f}${m}`]));
}

/** Customers of a kind, by the order. */
function those(bought: (company: readonly boolean[]) => boolean): number[] {
  const { fake } = pipeline;
  return [...fake.ordersByCustomer]
    .filter(([, orders]) => bought(orders.map((id) => fake.orders.get(id)?.companyId !== null)))
    .map(([id]) => id);
}

const stored = () => storedScores(pipeline.shop.id);
const run = async () => {
  await enqueue(scoreCustomers, payload(pipeline));
  await drain();
};

describe('given a shop where people and companies buy', () => {
  it('when it is imported, then each is scored among their own, as the slow oracle says', async () => {
    expect(scoredApart((await lastRun()).cutPoints)).toEqual(['b2b', 'mixed']);
    expect(await stored()).toEqual(await expectedAnew({ companiesApart: true, tillApart: false }));
    expect(await stored()).not.toEqual(await expectedAnew({ companiesApart: false, tillApart: false }));
    const { summary } = await lastRun();
    expect(summary.spread.apart?.map(({ population }) => population)).toEqual(['b2b', 'mixed']);
  });

  it('when orders make somebody one who buys for a company, or ends it, then they are held against those cut points', async () => {
    const { fake, shop } = pipeline;
    const before = await lastRun();
    const was = await stored();
    const createdAt = await databaseNow();
    const [company] = [...fake.companies.keys()];
    for (const customerId of those((orders) => orders.every((one) => !one)).slice(0, 5))
      placeOrder(fake, { customerId, total: 9_000, createdAt, companyId: company! });
    for (const customerId of those((orders) => orders.every((one) => one)).slice(0, 5))
      placeOrder(fake, { customerId, total: 9_000, createdAt });
    // Bought for nobody after all: nothing else of them changes.
    const edited = those((orders) => orders.every((one) => one)).slice(10, 60);
    for (const id of edited) {
      for (const orderId of fake.ordersByCustomer.get(id) ?? []) {
        const order = fake.orders.get(orderId)!;
        Object.assign(order, { companyId: null });
        editOrder(fake, orderId, { total: order.total }, createdAt);
      }
    }
    await lookAgain(pipeline);
    expect((await lastRun()).id).toBe(before.id);
    const now = await stored();
    expect(now).toEqual(await expectedBetweenRuns(shop.id, fake));
    const moved = edited.filter((id) => now.get(id) !== was.get(id));
    expect(moved.length).toBeGreaterThan(0);
    const { rows } = await sqlInShop(shop.id, (client) =>
      client.query<{ cause: string }>(
        'select cause from segment_changes where shop_id = $1 and customer_id = any($2) and run_id > $3',
        [shop.id, moved, before.id],
      ),
    );
    expect(rows.map(({ cause }) => cause)).toEqual(moved.map(() => 'correction'));
  });

  it('when midnights pass, then each population crosses its own cut points and no other', async () => {
    const { fake, shop } = pipeline;
    const { asOf: today } = await lastRun();
    const { timeZone, currency } = fake;
    await inShop(shop.id, (db) => db.$executeRaw`update score_runs set holds_on = holds_on - 5`);
    await sqlInShop(shop.id, async (client) =>
      addPending(client, shop.id, 'score', [...(await stored()).keys()]),
    );
    const settings = await readSettings(shop.id);
    await scorePending({ ...shop, timeZone, currency }, settings, { ...(await lastRun()), asOf: today - 5 });
    const earlier = await stored();
    await run();
    expect((await lastRun()).asOf).toBe(today);
    expect(await stored()).toEqual(await expectedBetweenRuns(shop.id, fake));
    expect(await stored()).not.toEqual(earlier);
  });

  it('when some scores are made again to be held against the stored ones, then none differs', async () => {
    const { shop } = pipeline;
    await passSinceLooks(shop.id, 60 * 48);
    await enqueue(reconcileScores, payload(pipeline));
    await drain();
    expect((await newestLooks(shop.id)).get('scores')).toMatchObject({ drift: 0 });
  });

  it('when it is switched, then everyone is scored as was chosen, and the history says why', async () => {
    const { shop } = pipeline;
    for (const apart of [
      { companiesApart: false, tillApart: false },
      { companiesApart: false, tillApart: true },
      { companiesApart: true, tillApart: true },
      { companiesApart: true, tillApart: false },
    ]) {
      await decide(shop.id, apart);
      await run();
      const { id, cutPoints } = await lastRun();
      expect(scoredApart(cutPoints)).toEqual([
        ...(apart.companiesApart ? ['b2b', 'mixed'] : []),
        ...(apart.tillApart ? ['pos'] : []),
      ]);
      expect(await stored()).toEqual(await expectedAnew(apart));
      const { rows } = await sqlInShop(shop.id, (client) =>
        client.query('select distinct cause from segment_changes where shop_id = $1 and run_id = $2', [
          shop.id,
          id,
        ]),
      );
      expect(rows).toEqual([{ cause: 'settings' }]);
    }
  });
});
