import { describe, expect, it } from 'vitest';
import { directory, inShop } from '#app/db.server.ts';
import { importProgress } from '#app/jobs/import-progress.server.ts';
import { watchShop } from '#app/jobs/watch-shop.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { readPending } from '#app/jobs/read-pending.server.ts';
import { setConsent } from '#tests/fake-shopify/store-customers.ts';
import { editOrder, placeOrder, refundOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { followed, receiving, settle } from './followed-shop.ts';
import { drain, passSinceLooks, type Pipeline } from './pipeline.ts';

testDatabase();
const appUrl = receiving();

const without = ({ shopify, fake }: Pipeline, taken: RegExp): void => {
  const office = shopify.shop(fake.domain);
  // Without a word: the webhook that tells it is lost.
  office.scopes = new Set([...office.scopes].filter((scope) => !taken.test(scope)));
};
const storedOrders = ({ shop }: Pipeline): Promise<number> => inShop(shop.id, (db) => db.order.count());

describe('given a shop that is followed and whose scopes are taken away', () => {
  it('when read_all_orders goes, then orders Shopify hides from then on stay, whatever is heard or counted', async () => {
    const pipeline = await followed({ appUrl: appUrl() }, 60);
    const { fake, shop } = pipeline;
    const stored = await storedOrders(pipeline);
    without(pipeline, /read_all_orders/);
    const old = [...fake.orders.values()]
      .filter(({ financialStatus }) => financialStatus === 'PAID')
      .toSorted((a, b) => a.processedAt - b.processedAt);
    refundOrder(fake, old[0]?.id ?? 0, 1, Date.now());
    editOrder(fake, old[1]?.id ?? 0, { total: 99 }, Date.now());
    placeOrder(fake, { customerId: null, total: 500, createdAt: Date.now() });
    await settle(pipeline);
    expect(await storedOrders(pipeline)).toBe(stored + 1);
    await passSinceLooks(shop.id, 8 * 1440);
    await enqueue(watchShop, { shopId: shop.id, generation: shop.generation });
    await drain();
    expect(await storedOrders(pipeline)).toBe(stored + 1);
    await pipeline.close();
  });

  it('T7: when reading customers is denied, then the shop is not parked and they are read once it is allowed', async () => {
    const pipeline = await followed({ appUrl: appUrl() }, 60);
    const { fake, shop, shopify } = pipeline;
    const office = shopify.shop(fake.domain);
    const all = office.scopes;
    const waiting = () =>
      inShop(shop.id, (db) => db.pending.count({ where: { kind: { in: ['customer', 'details'] } } }));
    const [id = 0] = fake.customers.keys();
    setConsent(fake, id, { emailState: 'UNSUBSCRIBED' }, Date.now());
    await office.webhooks.settled();
    without(pipeline, /_customers$/);
    await settle(pipeline);
    expect((await directory.shopById(shop.id))?.parkedReason).toBeNull();
    expect(await importProgress(shop.id)).toMatchObject({ problem: 'missing-scope' });
    expect(await waiting()).toBeGreaterThan(0);
    office.scopes = all;
    await enqueue(readPending, { shopId: shop.id, generation: shop.generation });
    await drain();
    expect(await waiting()).toBe(0);
    await pipeline.close();
  });
});
