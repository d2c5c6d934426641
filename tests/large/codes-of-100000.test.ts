import { expect, it } from 'vitest';
import { codesAtShopify, issue, offersOf, running, shopOf } from '#tests/jobs/code-shop.ts';
import { testDatabase } from '#tests/support/database.ts';

testDatabase();

it('X9: given 100,000 offers, then their codes take 400 calls, one discount and few questions', async () => {
  const pipeline = await shopOf(0);
  const customers = Array.from({ length: 100_000 }, (_, i) => i + 1);
  const id = await running(pipeline, customers);
  await issue(pipeline);
  const calls = (name: string): number => pipeline.shopify.calls.of(name).length;
  expect(codesAtShopify(pipeline).size).toBe(100_000);
  expect(['CreateDiscount', 'ChangeDiscount', 'AddCodes'].map(calls)).toEqual([1, 0, 400]);
  expect(calls('CodeCreations')).toBeLessThanOrEqual(100);
  const offers = await offersOf(pipeline, id);
  expect(offers.filter(({ state }) => state === 'ready')).toHaveLength(100_000);
  expect(new Set(offers.map(({ code }) => code)).size).toBe(100_000);
  await pipeline.close();
}, 300_000);
