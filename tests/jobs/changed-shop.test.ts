import { afterEach, describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { addPending } from '#app/models/pending.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { deleteOrder, placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectTrue, followed, receiving, settle } from './followed-shop.ts';
import { decide, drain } from './pipeline.ts';

testDatabase();
const appUrl = receiving();
afterEach(() => onStep(undefined));

describe('given a shop that is followed', () => {
  it('B18: when its currency changes, then everyone is scored in the new one, orders in the old one apart', async () => {
    const pipeline = await followed({ appUrl: appUrl() }, 30);
    const { fake, shop, shopify } = pipeline;
    const r = [300, 120, 45, 10] as [number, number, number, number];
    await decide(shop.id, { ownCutPoints: { r, m: [2_000, 5_000, 9_000, 20_000] } });
    shopify.shop(fake.domain).change({ currency: 'USD' });
    const [customerId = 0] = fake.ordersByCustomer.keys();
    placeOrder(fake, { customerId, total: 4_200, createdAt: Date.now() });
    await settle(pipeline);
    const run = await latestRun(shop.id);
    expect(run).toMatchObject({ currency: 'USD', reason: 'settings' });
    expect(run?.summary).toMatchObject({ scored: 1, monetary: 4_200 });
    expect((await readSettings(shop.id)).ownCutPoints).toEqual({ r });
    expect(run?.cutPoints.own).toEqual(['r']);
    expect(run?.orderCounts.leftOut['other-currency']).toBeGreaterThan(0);
    await pipeline.close();
  });

  it('B19: when its time zone changes, then everyone is scored by the days of the new one', async () => {
    const pipeline = await followed({ appUrl: appUrl() }, 30);
    pipeline.shopify.shop(pipeline.fake.domain).change({ timeZone: 'Pacific/Kiritimati' });
    await settle(pipeline);
    expect(await latestRun(pipeline.shop.id)).toMatchObject({ reason: 'settings' });
    await expectTrue(pipeline);
    await pipeline.close();
  });

  it('when everyone is scored while orders come, then nobody waits for that and nobody is forgotten', async () => {
    const pipeline = await followed({ appUrl: appUrl() }, 30);
    const { fake, shop } = pipeline;
    const customers = [...fake.ordersByCustomer.keys()].slice(0, 5);
    const note = () => sqlInShop(shop.id, (client) => addPending(client, shop.id, 'score', customers));
    await note();
    let noted = false;
    onStep(async (name, moment) => {
      if (name !== 'score.record-run' || moment !== 'after') return;
      // The run has looked at these customers and is not committed yet.
      await note();
      noted = true;
    });
    await sqlInShop(shop.id, (client) =>
      client.query(`update score_runs set data_mark = 'another' where shop_id = $1`, [shop.id]),
    );
    const payload = { shopId: shop.id, generation: shop.generation };
    await enqueue(scoreCustomers, payload);
    const waiting = async () =>
      (await sqlInShop(shop.id, (client) => client.query(`select from pending where kind = 'score'`)))
        .rowCount;
    await drain({ until: async () => noted && (await waiting()) === customers.length });
    onStep(undefined);
    expect(noted).toBe(true);
    await drain();
    await expectTrue(pipeline);
    await pipeline.close();
  });

  it('when the only order of a customer is deleted, then the counts are those of a full run', async () => {
    const pipeline = await followed({ appUrl: appUrl() }, 30);
    const { fake, shop } = pipeline;
    const [id = 0] = [...fake.ordersByCustomer].find(([, orders]) => orders.length === 1)?.[1] ?? [];
    deleteOrder(fake, id, Date.now());
    await settle(pipeline);
    const moved = (await latestRun(shop.id))?.summary;
    await sqlInShop(shop.id, (client) =>
      client.query(`update score_runs set data_mark = 'another' where shop_id = $1`, [shop.id]),
    );
    await enqueue(scoreCustomers, { shopId: shop.id, generation: shop.generation });
    await drain();
    const full = (await latestRun(shop.id))?.summary;
    expect(full?.unscored).toEqual(moved?.unscored);
    expect(full?.scored).toBe(moved?.scored);
    await pipeline.close();
  });
});
