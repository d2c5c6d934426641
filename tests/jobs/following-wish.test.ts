import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import type { SettingsPatch } from '#app/models/settings.server.ts';
import { markUninstalled } from '#app/models/shops.server.ts';
import { latestWriteRun } from '#app/models/write-runs.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { decide, installAgain, lookAgain } from './pipeline.ts';
import { order, written } from './written-shop.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

describe('given customers who are about to be written', () => {
  it.each<[string, SettingsPatch]>([
    ['writing is switched off', { writeBack: 'off' }],
    ['everything is to be removed', { writeBack: 'removing' }],
    ['another prefix is chosen', { tagPrefix: 'other' }],
  ])('when %s between two calls, then nothing more of what was planned is sent', async (_, patch) => {
    const pipeline = await written();
    const { shop } = pipeline;
    const seen: string[] = [];
    pipeline.shopify.calls.clear();
    onStep(async (name, moment) => {
      if (name.startsWith('follow.') && moment === 'after') seen.push(name);
      if (name === 'follow.send' && moment === 'after' && !seen.includes('no')) {
        seen.push('no');
        await decide(shop.id, patch);
      }
    });
    await order(pipeline, 0, 8);
    await lookAgain(pipeline, { until: () => seen.includes('follow.stopped') });
    const sent = pipeline.shopify.calls.all.filter(({ mutation }) => mutation);
    expect(sent.flatMap(({ fields }) => fields)).toEqual(['metafieldsSet']);
    expect(await latestWriteRun(shop.id)).toMatchObject({ kind: 'following', state: 'stopping' });
    await pipeline.close();
  });

  it('when the app is installed anew before they are noted, then nothing is journaled or sent', async () => {
    const pipeline = await written();
    const { shop, shopify } = pipeline;
    const before = await latestWriteRun(shop.id);
    let again = false;
    shopify.calls.clear();
    onStep(async (name, moment) => {
      if (name !== 'follow.plan' || moment !== 'before' || again) return;
      again = true;
      await markUninstalled(shop.id);
      await installAgain(pipeline);
    });
    await order(pipeline, 0, 8);
    await lookAgain(pipeline);
    expect(shopify.calls.all.filter(({ mutation }) => mutation)).toEqual([]);
    expect(again).toBe(true);
    expect(await latestWriteRun(shop.id)).toEqual(before);
    await pipeline.close();
  });
});
