import { afterEach, describe, expect, it } from 'vitest';
import { onStep } from '#app/jobs/step.server.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { heldLines, storedScores } from './expected.ts';
import { expectTrue, followed, live, receiving, settle } from './followed-shop.ts';

testDatabase();
const appUrl = receiving();
afterEach(() => onStep(undefined));

describe('webhooks of a shop', () => {
  it('W3, W4: given a lively hour, when its webhooks come doubled and in any order, then everything is true', async () => {
    const pipeline = await followed({ appUrl: appUrl(), timeScale: 600 });
    pipeline.shopify.delivery.faults = {
      lost: 0,
      doubled: 0.5,
      late: 0.5,
      lateSeconds: 600,
      burstSeconds: 0,
    };
    live(pipeline, Date.now() - 60_000);
    await settle(pipeline);
    await expectTrue(pipeline);
    await pipeline.close();
  });

  it('given one order of one customer, then one customer is written and no more points are spent than that costs', async () => {
    const pipeline = await followed({ appUrl: appUrl() });
    const { shopify, fake } = pipeline;
    const held = heldLines(fake);
    const before = shopify.calls.points();
    const lapsed =
      [...(await storedScores(pipeline.shop.id))].find(([, score]) => score.startsWith('hibernating'))?.[0] ??
      0;
    placeOrder(fake, { customerId: lapsed, total: 9_900, createdAt: Date.now() });
    await settle(pipeline);
    await expectTrue(pipeline);
    expect(heldLines(fake).filter((line, i) => line !== held[i])).toHaveLength(1);
    expect(shopify.calls.points() - before).toBeLessThan(120);
    await pipeline.close();
  });
});
