import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { inShop, sqlInShop } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { planWriteBack } from '#app/jobs/plan-write-back.server.ts';
import { runJob } from '#app/jobs/run-job.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { giveUp } from '#app/jobs/workers.server.ts';
import { writeBack } from '#app/jobs/write-back.server.ts';
import { latestWriteRun } from '#app/models/write-runs.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedBetweenRuns, heldScores } from './expected.ts';
import { drain, lookAgain, type Pipeline } from './pipeline.ts';
import { order, payload, written } from './written-shop.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

/** Makes every write-back two hours older. */
async function hoursLater({ shop }: Pipeline): Promise<void> {
  await inShop(
    shop.id,
    (db) => db.$executeRaw`update write_runs set finished_at = finished_at - interval '2 hours'`,
  );
}

async function expectWritten({ shop, fake }: Pipeline): Promise<void> {
  expect(heldScores(fake)).toEqual(await expectedBetweenRuns(shop.id, fake));
}

describe('given following writes that fail', () => {
  it('when Shopify denies them, then each hour is tried once, and all of them are written once the scope is back', async () => {
    const pipeline = await written();
    const { shop, fake, shopify } = pipeline;
    const office = shopify.shop(fake.domain);
    const granted = office.scopes;
    office.scopes = new Set([...granted].map((scope) => scope.replace('write_customers', 'read_customers')));
    await order(pipeline, 0, 12);
    await lookAgain(pipeline);
    const denied = await latestWriteRun(shop.id);
    expect(denied).toMatchObject({ kind: 'following', state: 'failed' });
    shopify.calls.clear();
    await order(pipeline, 12, 15);
    await lookAgain(pipeline);
    expect(shopify.calls.all.filter(({ mutation }) => mutation)).toEqual([]);
    expect(await latestWriteRun(shop.id)).toEqual(denied);
    await hoursLater(pipeline);
    await order(pipeline, 15, 16);
    await lookAgain(pipeline);
    expect(await latestWriteRun(shop.id)).toMatchObject({ kind: 'following', state: 'failed' });
    office.scopes = granted;
    await hoursLater(pipeline);
    await order(pipeline, 16, 17);
    await lookAgain(pipeline);
    expect(await latestWriteRun(shop.id)).toMatchObject({ kind: 'following', state: 'done' });
    await expectWritten(pipeline);
    await pipeline.close();
  });

  it('when the write-back that goes on with them is given up, then whom it left is written with the next', async () => {
    const pipeline = await written();
    const { shop } = pipeline;
    onStep((name, moment) => {
      if (name === 'follow.send' && moment === 'before') throw new Error('the poison');
    });
    await order(pipeline, 0, 12);
    await lookAgain(pipeline, {
      onCrash: () => onStep(undefined),
      until: async () => (await latestWriteRun(shop.id))?.state === 'sending',
    });
    onStep(undefined);
    await giveUp(writeBack.name, payload(pipeline), { message: 'the poison' });
    await drain();
    expect(await latestWriteRun(shop.id)).toMatchObject({ kind: 'following', state: 'failed' });
    await hoursLater(pipeline);
    await order(pipeline, 12, 13);
    await lookAgain(pipeline);
    await expectWritten(pipeline);
    await pipeline.close();
  });

  it('when a plan for everyone is given up half made, then following goes on without it', async () => {
    const pipeline = await written();
    const { shop } = pipeline;
    await inShop(shop.id, (db) => db.$executeRaw`update written set profile = 'another'`);
    onStep((name, moment) => {
      if (name === 'plan.journal' && moment === 'after') throw new Error('killed');
    });
    await expect(runJob(planWriteBack, payload(pipeline), AbortSignal.abort())).rejects.toThrow('killed');
    onStep(undefined);
    expect(await latestWriteRun(shop.id)).toMatchObject({ kind: 'full', state: 'planned' });
    await giveUp(planWriteBack.name, payload(pipeline), { message: 'the poison' });
    expect(await latestWriteRun(shop.id)).toMatchObject({ state: 'failed', plan: { problem: 'the poison' } });
    await hoursLater(pipeline);
    await order(pipeline, 0, 3);
    await lookAgain(pipeline);
    expect(await latestWriteRun(shop.id)).toMatchObject({ kind: 'following', state: 'done' });
    await expectWritten(pipeline);
    const { rows } = await sqlInShop(shop.id, (client) =>
      client.query(`select from written where shop_id = $1 and profile = 'another'`, [shop.id]),
    );
    expect(rows).toEqual([]);
    await pipeline.close();
  });
});
