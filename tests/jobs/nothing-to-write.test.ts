import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { planWriteBack } from '#app/jobs/plan-write-back.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { runJob } from '#app/jobs/run-job.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { addPending } from '#app/models/pending.server.ts';
import { removeTags } from '#tests/fake-shopify/store-customers.ts';
import { testDatabase } from '#tests/support/database.ts';
import { decide, lookAgain, type Pipeline } from './pipeline.ts';
import { payload, written } from './written-shop.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

const waiting = async ({ shop }: Pipeline) =>
  (await sqlInShop(shop.id, (client) => client.query(`select from pending where kind = 'write'`))).rowCount;
const note = ({ shop }: Pipeline, ids: number[]) =>
  sqlInShop(shop.id, (client) => addPending(client, shop.id, 'write', ids));

describe('given customers who carry what they should', () => {
  it('when our own writes come back as changes, then nobody waits to be written, and after a hand at the tags one does', async () => {
    const pipeline = await written();
    const { fake, shop } = pipeline;
    await decide(shop.id, { writeBack: 'off' });
    await lookAgain(pipeline);
    expect(await waiting(pipeline)).toBe(0);
    const [id = 0] = fake.ordersByCustomer.keys();
    removeTags(fake, id, fake.customers.get(id)?.tags ?? [], Date.now());
    await lookAgain(pipeline);
    expect(await waiting(pipeline)).toBe(1);
    await pipeline.close();
  });

  it('when a plan finds nothing, then those who waited before it wait no longer, and who was noted meanwhile does', async () => {
    const pipeline = await written();
    const ids = [...pipeline.fake.customers.keys()];
    await note(pipeline, ids);
    onStep(async (name, moment) => {
      if (name === 'plan.preview' && moment === 'after') await note(pipeline, ids.slice(0, 1));
    });
    await runJob(planWriteBack, payload(pipeline), AbortSignal.abort());
    expect(await waiting(pipeline)).toBe(1);
    await pipeline.close();
  });
});
