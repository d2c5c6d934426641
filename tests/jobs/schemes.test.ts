import { describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { profileSegments } from '#app/jobs/profile-segments.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { storedMoves } from '#app/models/moves.server.ts';
import { currentScheme } from '#app/models/scheme-in-force.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { moneyAtStake } from '#app/models/segment-profiles.server.ts';
import { withFormer } from '#app/rfm/own-scheme.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedBetweenRuns, heldScores, storedScores } from './expected.ts';
import { expectTrue, followed, live, receiving, settle } from './followed-shop.ts';
import { OWN_SCHEME, ownSegment } from './own-scheme-shop.ts';
import { decide, type Pipeline } from './pipeline.ts';

testDatabase();
const appUrl = receiving();

const KNOWN = [
  'vip',
  'loyal',
  'gone',
  'champions',
  'at-risk',
  'hibernating',
  'new',
  'promising',
  'cant-lose-them',
];

/** Scores and what customers carry are those of the merchant's own scheme, and nothing of another one is left. */
async function expectOwn({ shop, fake }: Pipeline): Promise<void> {
  const expected = await expectedBetweenRuns(shop.id, fake, ownSegment);
  expect(await storedScores(shop.id)).toEqual(expected);
  expect(heldScores(fake, KNOWN)).toEqual(expected);
}

async function choose(pipeline: Pipeline, patch: Parameters<typeof decide>[1]): Promise<void> {
  await decide(pipeline.shop.id, patch);
  await enqueue(scoreCustomers, { shopId: pipeline.shop.id, generation: pipeline.shop.generation });
  await settle(pipeline);
}

describe('given a shop that is followed and a scheme of the merchant’s own', () => {
  it('when it is chosen, then everyone carries its segments, also after a lively hour, and history says why', async () => {
    const pipeline = await followed({ appUrl: appUrl() });
    const { shop } = pipeline;
    await choose(pipeline, { scheme: 'own', ownScheme: OWN_SCHEME });
    expect(await latestRun(shop.id)).toMatchObject({ reason: 'settings', scheme: { scheme: 'own' } });
    await expectOwn(pipeline);

    live(pipeline, Date.now());
    await settle(pipeline);
    await expectOwn(pipeline);

    const scheme = await currentScheme(shop.id);
    const run = (await latestRun(shop.id))!;
    const { edges, causes } = await storedMoves(shop.id, scheme, { from: run.asOf - 1, to: run.asOf });
    expect(new Set(edges.map(({ after }) => after))).toEqual(new Set(['vip', 'loyal', 'gone', null]));
    expect(edges.map(({ before, after }) => `${before} ${after}`)).toContain('hibernating gone');
    expect(causes.map(({ cause }) => cause)).toContain('order');
    const { rows } = await sqlInShop(shop.id, (client) =>
      client.query<{ cause: string; before: string; after: string }>(
        `select distinct cause, before, after from segment_changes where shop_id = $1 and before is distinct from after`,
        [shop.id],
      ),
    );
    expect(rows).toContainEqual({ cause: 'settings', before: 'hibernating', after: 'gone' });
    await pipeline.close();
  });

  it('when segments are taken out and the grid is chosen again, then nothing of the scheme is left but its history', async () => {
    const pipeline = await followed({ appUrl: appUrl() }, 60);
    const { shop } = pipeline;
    await choose(pipeline, { scheme: 'own', ownScheme: OWN_SCHEME });
    const [vip, loyal, gone] = OWN_SCHEME.segments;
    const fewer = {
      ...OWN_SCHEME,
      segments: [{ ...loyal!, cells: [...vip!.cells, ...loyal!.cells] }, gone!],
    };
    await choose(pipeline, { ownScheme: withFormer(fewer, OWN_SCHEME) });
    const { summary } = (await latestRun(shop.id))!;
    expect(summary.segments.map(({ segment }) => segment)).toEqual(['loyal', 'gone']);
    expect(summary.segments.reduce((sum, { customers }) => sum + customers, 0)).toBe(summary.scored);
    await enqueue(profileSegments, { shopId: shop.id, generation: shop.generation });
    await settle(pipeline);
    expect([...(await moneyAtStake(shop.id)).keys()].toSorted()).toEqual(['gone', 'loyal']);

    await choose(pipeline, { scheme: 'ten' });
    await expectTrue(pipeline);
    expect((await currentScheme(shop.id)).known).toEqual(expect.arrayContaining(['vip', 'gone']));
    expect([...(await moneyAtStake(shop.id)).keys()]).toContain('champions');
    expect([...(await moneyAtStake(shop.id)).keys()]).not.toContain('gone');
    await pipeline.close();
  });
});
