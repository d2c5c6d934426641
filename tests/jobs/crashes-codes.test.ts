import { afterEach, describe, expect, it } from 'vitest';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { campaign, moveCampaign } from '#app/models/campaigns.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import {
  approve,
  codesAtShopify,
  issue,
  offersOf,
  PERCENT,
  planOf,
  running,
  shopOf,
  stepOf,
} from './code-shop.ts';
import { bearDeath, diesAfterEach } from './deaths.ts';
import type { Pipeline } from './pipeline.ts';

testDatabase();
afterEach(async () => {
  onStep(undefined);
  await closeQueue(1);
});

/** Lives over which the deaths are spread. */
const LIVES = 4;
const PEOPLE = Array.from({ length: 8 }, (_, i) => i + 1);

/** Two steps, some codes that fail at first, somebody who comes later, and an end. */
async function life(pipeline: Pipeline): Promise<void> {
  const { shop, shopify, fake } = pipeline;
  shopify.trouble.add({ op: 'AddCodes', action: 'failCodes', every: 3 });
  const plan = planOf([stepOf(PERCENT), stepOf({ kind: 'sample', product: 11, minimum: null })]);
  const id = await running(pipeline, PEOPLE, plan);
  const other = await running(pipeline, PEOPLE, planOf([stepOf({ kind: 'free-shipping', minimum: null })]));
  await issue(pipeline, { onCrash: bearDeath });
  await approve(shop.id, id, PEOPLE, 1);
  await issue(pipeline, { onCrash: bearDeath });
  const { revision } = (await campaign(shop.id, other))!;
  await moveCampaign(shop.id, 1, { id: other, revision, move: 'stop' });
  await issue(pipeline, { onCrash: bearDeath });
  onStep(undefined);
  await issue(pipeline);
  const offers = [...(await offersOf(pipeline, id)), ...(await offersOf(pipeline, other))];
  expect(new Set(offers.map(({ state }) => state))).toEqual(new Set(['ready']));
  expect(fake.discounts.size).toBe(3);
  // One code for each customer and step, no more and no other.
  expect([...codesAtShopify(pipeline).keys()].sort()).toEqual(offers.map(({ code }) => code).sort());
  const ended = [...fake.discounts.values()].filter(({ endsAt }) => endsAt !== null && endsAt <= Date.now());
  expect(ended.map(({ value }) => value.kind)).toEqual(['shipping']);
}

describe('given a worker that is killed anywhere while it makes codes', () => {
  it('X7: when it dies after any step, then each customer has one code of each step, and each step one discount', async () => {
    const names = new Set<string>();
    const undisturbed = await shopOf(PEOPLE.length);
    onStep((name) => void names.add(name));
    await life(undisturbed);
    await undisturbed.close();
    const steps = [...names].filter((name) => name.startsWith('codes.'));
    expect(steps).toEqual(
      expect.arrayContaining(['codes.plan', 'codes.make', 'codes.ask', 'codes.end', 'codes.end-discount']),
    );
    await diesAfterEach(steps, LIVES, async (hook) => {
      const pipeline = await shopOf(PEOPLE.length);
      onStep(hook);
      await life(pipeline);
      await pipeline.close();
    });
  }, 300_000);
});
