import { afterAll, describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { giveOffers } from '#app/jobs/give-offers.server.ts';
import { planWriteBack } from '#app/jobs/plan-write-back.server.ts';
import { runJob } from '#app/jobs/run-job.server.ts';
import { campaign } from '#app/models/campaigns.server.ts';
import { markUninstalled } from '#app/models/shops.server.ts';
import { message, planOf } from '#tests/campaigns/plans.ts';
import { testDatabase } from '#tests/support/database.ts';
import { launched, look, members, move, offersOf, passDays, tagged } from './campaign-shop.ts';
import { decide, drain, installAgain, installed, runPipeline, smallShop, type Pipeline } from './pipeline.ts';

testDatabase();
afterAll(() => closeQueue(1));

const LADDER = [message({ kind: 'none' }), message({ kind: 'none' }, 3)];

/** A shop in whose campaign the first step is given. */
async function giving(): Promise<{ pipeline: Pipeline; id: number }> {
  const pipeline = await installed(smallShop({ customers: 40 }));
  await runPipeline(pipeline);
  const { id } = await launched(
    pipeline.shop.id,
    planOf({ ladder: LADDER, observeDays: 60 }, { quietDays: 60 }),
  );
  await look(pipeline);
  expect(tagged(pipeline.fake).length).toBeGreaterThan(3);
  return { pipeline, id };
}

describe('a campaign whose shop wants no more of it', () => {
  it('given that everything we wrote is removed, then tags and fields of campaigns go too, and what runs is paused', async () => {
    const { pipeline, id } = await giving();
    const { shop, fake } = pipeline;
    await decide(shop.id, { writeBack: 'removing' });
    await enqueue(planWriteBack, { shopId: shop.id, generation: shop.generation });
    await drain();
    expect(tagged(fake)).toEqual([]);
    const left = [...fake.customers.values()].flatMap(({ metafields }) => [...metafields.keys()]);
    expect(left.filter((name) => name.includes('winback'))).toEqual([]);
    expect(await campaign(shop.id, id)).toMatchObject({ state: 'paused', pauseReason: 'removing' });
    await passDays(shop.id, 4);
    await look(pipeline);
    expect(tagged(fake)).toEqual([]);
    // Somebody lets it go on: whoever is still in it gets the next step.
    await move(shop.id, id, 'resume');
    await look(pipeline);
    expect(tagged(fake).length).toBeGreaterThan(3);
    await pipeline.close();
  });

  it('X18: given an uninstall while offers go out, then work of that install gives nothing, and the next one begins paused', async () => {
    const { pipeline, id } = await giving();
    const { shop } = pipeline;
    const given = (await offersOf(shop.id, id)).length;
    await passDays(shop.id, 4);
    await markUninstalled(shop.id);
    expect((await directory.shopsWithCampaigns()).map((one) => one.id)).not.toContain(shop.id);
    await look(pipeline);
    expect(
      (await offersOf(shop.id, id)).filter(({ state, step }) => step === 1 && state === 'given'),
    ).toEqual([]);
    const again = await installAgain(pipeline);
    await runJob(giveOffers, { shopId: shop.id, generation: shop.generation }, new AbortController().signal);
    await look(again);
    expect(await campaign(shop.id, id)).toMatchObject({ state: 'paused', pauseReason: 'reinstalled' });
    expect((await offersOf(shop.id, id)).filter(({ state }) => state === 'given')).toHaveLength(given);
    // Nobody knows who ordered before the history of this install is whole.
    await move(shop.id, id, 'resume');
    await look(again);
    expect((await offersOf(shop.id, id)).filter(({ state }) => state === 'given')).toHaveLength(given);
    await runPipeline(again);
    await look(again);
    const treated = (await members(shop.id, id)).filter(({ heldOut }) => !heldOut);
    expect((await offersOf(shop.id, id)).filter(({ state }) => state === 'given')).toHaveLength(
      2 * treated.length,
    );
    await again.close();
  });
});
