import { afterAll, describe, expect, it } from 'vitest';
import { closeQueue } from '#app/jobs/queue.server.ts';
import type { Campaign, LeftOut } from '#app/models/campaigns.server.ts';
import { planOf } from '#tests/campaigns/plans.ts';
import { testDatabase } from '#tests/support/database.ts';
import { launched, look, members, move, passDays } from './campaign-shop.ts';
import { drain, installed, runPipeline, smallShop, type Pipeline } from './pipeline.ts';

testDatabase();
afterAll(() => closeQueue(1));

/** For those who have not ordered for so long that no order of theirs is taken for a new one when days pass. */
const quiet = (restDays = 0) => ({ quietDays: 90, restDays });

/** A shop whose first campaign reached everybody who takes part, so many days ago. */
async function afterAnother(days: number): Promise<{ pipeline: Pipeline; first: Campaign }> {
  const pipeline = await installed(smallShop({ customers: 80 }));
  await runPipeline(pipeline);
  const first = await launched(pipeline.shop.id, planOf({ holdOut: 0.3 }, quiet()));
  await drain();
  await look(pipeline);
  await look(pipeline);
  expect(first.audience!.heldOut).toBeGreaterThan(5);
  expect(new Set((await members(pipeline.shop.id, first.id)).map(({ state }) => state))).toEqual(
    new Set(['ended']),
  );
  await passDays(pipeline.shop.id, days);
  return { pipeline, first };
}

/** Of the comparison group of a campaign and of its others, how many take part in another. */
async function sidesOf({ shop }: Pipeline, first: number, second: number): Promise<number[]> {
  const held = new Map((await members(shop.id, first)).map(({ id, heldOut }) => [id, heldOut]));
  const again = await members(shop.id, second);
  return [true, false].map((side) => again.filter(({ id }) => held.get(id) === side).length);
}

const leftOut = (of: Partial<Record<LeftOut, number>>) => ({ leftOut: of });

describe('a campaign after another', () => {
  it.each(['running', 'paused', 'stopped'] as const)(
    'given customers of a %s campaign whose orders are still compared, then both of its sides are left out alike',
    async (state) => {
      const { pipeline, first } = await afterAnother(7);
      const { shop } = pipeline;
      if (state !== 'running') await move(shop.id, first.id, state === 'paused' ? 'pause' : 'stop');
      const second = await launched(shop.id, planOf({}, quiet()));
      const all = first.audience!.treated + first.audience!.heldOut;
      expect(second.audience).toMatchObject(leftOut({ 'in-campaign': all }));
      expect(await sidesOf(pipeline, first.id, second.id)).toEqual([0, 0]);
      await pipeline.close();
    },
  );

  it('given that the comparison is over, then both sides rest alike from the step that reached one of them, and then both come', async () => {
    const { pipeline, first } = await afterAnother(31);
    const { shop } = pipeline;
    const { treated, heldOut } = first.audience!;
    const resting = await launched(shop.id, planOf({}, quiet(60)));
    expect(resting.audience).toMatchObject(leftOut({ contacted: treated + heldOut, 'in-campaign': 0 }));
    const rested = await launched(shop.id, planOf({}, quiet(30)));
    expect(await sidesOf(pipeline, first.id, rested.id)).toEqual([heldOut, treated]);
    await pipeline.close();
  });
});
