import { afterEach, describe, expect, it } from 'vitest';
import { inShop } from '#app/db.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { bearDeath, diesAfterEach } from './deaths.ts';
import { expectTrue, followed, live, receiving, settle } from './followed-shop.ts';
import type { Pipeline } from './pipeline.ts';

testDatabase();
const appUrl = receiving();
afterEach(() => onStep(undefined));

/** Shops over which the deaths are spread. */
const SHOPS = 6;

/** A lively hour in a shop whose scores are as of yesterday, until all is quiet again. */
async function hour(pipeline: Pipeline): Promise<void> {
  await inShop(pipeline.shop.id, (db) => db.$executeRaw`update score_runs set holds_on = holds_on - 1`);
  live(pipeline, Date.now() - 60_000);
  await settle(pipeline, { onCrash: bearDeath });
  onStep(undefined);
  await expectTrue(pipeline);
}

describe('given a worker that is killed anywhere while it follows a shop', () => {
  it('P1: when it dies after any step, then everything is as true as if it had not', async () => {
    const names = new Set<string>();
    const undisturbed = await followed({ appUrl: appUrl() }, 60);
    onStep((name) => void names.add(name));
    await hour(undisturbed);
    await undisturbed.close();
    const steps = [...names];
    expect(steps).toEqual(
      expect.arrayContaining([
        'inbox.store-orders',
        'midnight.move',
        'rescore.summary',
        'follow.settle',
        'read.end-orders',
      ]),
    );
    await diesAfterEach(steps, SHOPS, async (hook) => {
      const pipeline = await followed({ appUrl: appUrl() }, 60);
      onStep(hook);
      await hour(pipeline);
      await pipeline.close();
    });
  }, 300_000);
});
