import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { adminFor } from '#app/admin-for.server.ts';
import { askedQuestion, questionOf } from '#app/jobs/count-write-back.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { previewWriteBack } from '#app/jobs/walk-plan.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { cancelOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { decide, drain, installed, runPipeline, smallShop, writeNow } from './pipeline.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

describe('given scores and nothing written yet', () => {
  it('when Home is opened again and again, then it asks with the counted plan and looks at no customer', async () => {
    const pipeline = await installed(smallShop());
    const { shop } = pipeline;
    await runPipeline(pipeline);
    const live = await previewWriteBack(shop.id, adminFor(shop));
    expect(live.customers).toBeGreaterThan(20);
    const walks: string[] = [];
    onStep((name) => void (name === 'count.walk' && walks.push(name)));
    for (let opened = 0; opened < 3; opened += 1) {
      const asked = await askedQuestion({ shopId: shop.id, generation: shop.generation });
      const { customers, byKind, points } = live;
      expect(asked?.plan).toMatchObject({ customers, byKind, points });
    }
    await drain();
    expect(walks).toEqual([]);
    await pipeline.close();
  });

  it('when the prefix changes or something was written, then the plan is counted anew before Home asks', async () => {
    const pipeline = await installed(smallShop());
    const { shop } = pipeline;
    await runPipeline(pipeline);
    await decide(shop.id, { writeBack: 'on' });
    await writeNow(pipeline);
    expect(await questionOf(shop.id)).toBeNull();
    await decide(shop.id, { writeBack: 'not-asked', tagPrefix: 'mine' });
    const asked = await askedQuestion({ shopId: shop.id, generation: shop.generation });
    expect(asked).toMatchObject({ prefix: 'mine', plan: null });
    await drain();
    const scored = (await latestRun(shop.id))?.summary.scored;
    // The metafields are there already; the tags change with the prefix.
    expect((await questionOf(shop.id))?.plan).toMatchObject({
      customers: scored,
      byKind: { 'tag-add': scored, 'segment-set': 0, 'profile-set': 0 },
    });
    await pipeline.close();
  });
});

describe('given a shop in which no order counts', () => {
  it('when it is imported, then nobody is asked about writing and the frequency method is left to choose', async () => {
    const pipeline = await installed(smallShop());
    const { shop, fake } = pipeline;
    for (const order of fake.orders.values()) cancelOrder(fake, order.id, Date.now());
    await runPipeline(pipeline);
    expect((await latestRun(shop.id))?.summary.scored).toBe(0);
    expect(await readSettings(shop.id)).toMatchObject({ frequencyMethod: null, methodChosenBy: null });
    expect(await questionOf(shop.id)).toBeNull();
    await pipeline.close();
  });
});
