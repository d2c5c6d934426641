import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { adminFor } from '#app/admin-for.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { latestImport } from '#app/models/imports.server.ts';
import { withLease } from '#app/models/leases.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { installShop, markUninstalled } from '#app/models/shops.server.ts';
import { zoneDays } from '#app/rfm/calendar.ts';
import { addTags } from '#app/shopify/customer-tags.server.ts';
import { expectedBetweenRuns, heldScores } from '#tests/jobs/expected.ts';
import { decide, installed, lookAgain, runPipeline, smallShop } from '#tests/jobs/pipeline.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';
import { hostClock, type HostClock } from './host-clock.ts';

vi.setConfig({ testTimeout: 60_000 });
testDatabase();
const DAY = 86_400_000;
const elsewhere = AsyncLocalStorage.snapshot();
let clock: HostClock | undefined;
afterEach(() => {
  clock?.restore();
  clock = undefined;
  onStep(undefined);
});
afterAll(() => closeQueue(1));

describe('B20: given a host whose clock jumps by a day', () => {
  it.each([
    ['forth', [DAY]],
    ['back', [-DAY]],
    ['forth and back at every step', [DAY, -DAY, 0]],
  ])('%s while everything runs, then it ends as if it had not', async (_, jumps) => {
    const pipeline = await installed(smallShop());
    const { shop, fake, shopify } = pipeline;
    await decide(shop.id, { writeBack: 'on' });
    clock = hostClock(shopify.clock);
    let steps = 0;
    onStep((name, moment) => {
      if (moment === 'before') clock?.setWrongBy(jumps[steps++ % jumps.length] ?? 0);
    });
    await runPipeline(pipeline);
    const run = await latestRun(shop.id);
    const imported = await latestImport(shop.id);
    // What happens at Shopify after the import, by Shopify's clock, is taken in by the next look.
    const [customer] = fake.customers.keys();
    placeOrder(fake, { customerId: customer ?? null, total: 98_765, createdAt: shopify.clock.now() });
    await lookAgain(pipeline);
    clock.restore();
    expect(imported).toMatchObject({ phase: 'done', problem: null });
    expect(run?.asOf).toBe(zoneDays(fake.timeZone)(Date.now()));
    expect(Math.abs((imported?.changesUntil ?? 0) - Date.now())).toBeLessThan(20 * 60_000);
    // No export was taken for stuck or started a second time, and none of ours was overlooked.
    expect(shopify.calls.of('bulkOperationCancel')).toEqual([]);
    expect(shopify.calls.of('bulkOperationRunQuery')).toHaveLength(3);
    expect(heldScores(fake)).toEqual(await expectedBetweenRuns(shop.id, fake));
    await pipeline.close();
  });

  it('while a lease is held, then nobody else gets it and its holder goes on; when it is over the next one does', async () => {
    const { shopify, close } = await installed(smallShop({ customers: 20 }));
    const { id } = await testShop();
    clock = hostClock(shopify.clock);
    const take = (): Promise<{ value: string } | null> =>
      elsewhere(() => withLease(id, 'score', 2, async () => 'taken'));
    for (const wrong of [DAY, -DAY]) {
      const held = await withLease(id, 'score', 2, async () => {
        clock?.setWrongBy(wrong);
        expect(await take()).toBeNull();
        await sleep(2_500);
        return take();
      });
      expect(held).toEqual({ value: null });
      expect(await take()).toEqual({ value: 'taken' });
    }
    await close();
  });

  it('while calls wait for points, then they wait as long as the points need', async () => {
    const plan = { name: 'test', restoreRate: 100, bucket: 100 };
    const { shop, fake, shopify, close } = await installed(smallShop({ customers: 30, plan }));
    const admin = adminFor(shop);
    clock = hostClock(shopify.clock);
    const started = performance.now();
    const sent = [...fake.customers.keys()].slice(0, 30).map(async (id, n) => {
      clock?.setWrongBy([DAY, -DAY, 0][n % 3] ?? 0);
      return addTags(admin, id, ['rfm:new']);
    });
    await sleep(700);
    clock.setWrongBy(-DAY);
    await sleep(700);
    clock.setWrongBy(DAY);
    await Promise.all(sent);
    const seconds = (performance.now() - started) / 1000;
    // 300 points, of which 100 were there: two seconds of restoring.
    expect(seconds).toBeGreaterThan(1.8);
    expect(seconds).toBeLessThan(30);
    // Before the first answer nobody knows how small the bucket is, so all 30 may be sent at once, and 20 come too early.
    // Whoever took the clock's word would send those at once again, or wait a day. A few more may come too early where
    // this machine stands still and several answers are read together.
    expect(shopify.calls.of('tagsAdd').filter((call) => call.throttled).length).toBeLessThan(30);
    await close();
  });

  it('when a token is renewed under a wrong clock, then it serves on and a dead one is renewed again', async () => {
    for (const wrong of [DAY, -DAY]) {
      const { shop, fake, shopify, close } = await installed(smallShop({ customers: 20 }));
      const admin = adminFor(shop);
      const [customer = 0] = fake.customers.keys();
      clock = hostClock(shopify.clock);
      // The stored token looks a day older or younger than it is.
      clock.setWrongBy(wrong);
      expect(await addTags(admin, customer, ['one'])).toEqual({ done: true });
      expect(shopify.calls.of('refresh').length).toBe(wrong > 0 ? 1 : 0);
      // Two hours pass, and the clock is right again.
      clock.restore();
      shopify.clock.advance(2 * 3_600_000);
      expect(await addTags(admin, customer, ['two'])).toEqual({ done: true });
      expect(shopify.calls.of('refresh').length).toBe(wrong > 0 ? 2 : 1);
      expect(fake.customers.get(customer)?.tags).toEqual(expect.arrayContaining(['one', 'two']));
      await close();
    }
  });

  it('when the shop installs again under a wrong clock, then an uninstall that follows is not taken for an old one', async () => {
    const { shop, shopify, close } = await installed(smallShop({ customers: 20 }));
    await markUninstalled(shop.id);
    clock = hostClock(shopify.clock);
    clock.setWrongBy(DAY);
    const { shop: again, fresh } = await installShop(shop.domain, []);
    clock.restore();
    expect(fresh).toBe(true);
    expect(Math.abs(again.installedAt - Date.now())).toBeLessThan(60_000);
    await close();
  });
});
