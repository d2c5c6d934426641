import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { adminFor } from '#app/admin-for.server.ts';
import { forgetCustomers, mergeInto } from '#app/jobs/forget-customers.server.ts';
import { countUndo } from '#app/jobs/plan-undo.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { eraseStoredCustomer } from '#app/models/erase-customer.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { endUndoWish } from '#app/models/undo.server.ts';
import { latestWriteRun, updateWriteRun } from '#app/models/write-runs.server.ts';
import { countWritten } from '#app/models/written.server.ts';
import { addTags, deleteCustomer, mergeCustomers } from '#tests/fake-shopify/store-customers.ts';
import { testDatabase } from '#tests/support/database.ts';
import { decide, installed, lookAgain, runPipeline, smallShop, writeNow, type Pipeline } from './pipeline.ts';
import { carried, newest, setByHand, tagByHand, undo, type Carried } from './undone-shop.ts';
import { order } from './written-shop.ts';

testDatabase();
let pipeline: Pipeline;
let before: Carried;

// One shop for all: each of them leaves it as it found it, and an import takes longer than all else.
beforeAll(async () => {
  const fake = smallShop({ customers: 40 });
  tagByHand(fake);
  pipeline = await installed(fake);
  await runPipeline(pipeline);
  before = carried(pipeline);
});
afterEach(() => onStep(undefined));
afterAll(async () => {
  await pipeline.close();
  await closeQueue(1);
});

/** Writes everyone. The id of the write-back. */
async function write(): Promise<number> {
  await decide(pipeline.shop.id, { writeBack: 'on' });
  await writeNow(pipeline);
  expect(carried(pipeline)).not.toEqual(before);
  return newest(pipeline);
}

async function remove(): Promise<number> {
  await decide(pipeline.shop.id, { writeBack: 'removing' });
  await writeNow(pipeline);
  expect(await countWritten(pipeline.shop.id)).toBe(0);
  return newest(pipeline);
}

const writtenIds = (): number[] =>
  [...pipeline.fake.customers.values()].filter(({ metafields }) => metafields.size > 0).map(({ id }) => id);

describe('given a write-back and what followed it', () => {
  it('when only what followed is undone, then the write-back stays, and that undo can be undone in turn', async () => {
    const first = await write();
    const written = carried(pipeline);
    await order(pipeline, 0, 10);
    await lookAgain(pipeline);
    const followed = carried(pipeline);
    expect(followed).not.toEqual(written);
    await undo(pipeline, await newest(pipeline));
    expect(carried(pipeline)).toEqual(written);
    await undo(pipeline, await newest(pipeline));
    expect(carried(pipeline)).toEqual(followed);
    await undo(pipeline, first);
    expect(carried(pipeline)).toEqual(before);
  });

  it('when everything was removed, then undoing the removal brings it back as it was', async () => {
    const first = await write();
    const written = carried(pipeline);
    await undo(pipeline, await remove());
    expect(carried(pipeline)).toEqual(written);
    await undo(pipeline, first);
    expect(carried(pipeline)).toEqual(before);
  });
});

describe('given a write-back that was stopped while answers were lost', () => {
  it.each(['metafields-set', 'tags-remove', 'tags-add'])(
    'when %s had no answer, then an undo takes back what may have arrived, and a removal leaves nothing',
    async (channel) => {
      const { fake, shop } = pipeline;
      await decide(shop.id, { writeBack: 'on' });
      let killed = false;
      onStep(async (name, moment) => {
        if (killed || name !== `${channel}.settle` || moment !== 'before') return;
        killed = true;
        await decide(shop.id, { writeBack: 'off' });
        throw new Error('killed');
      });
      await writeNow(pipeline, { onCrash: () => onStep(undefined) });
      const first = await newest(pipeline);
      expect(await latestWriteRun(shop.id)).toMatchObject({ state: 'stopped' });
      expect(carried(pipeline)).not.toEqual(before);
      // Somebody tags one of them meanwhile.
      const [id = 0] = writtenIds();
      addTags(fake, id, ['Friend'], Date.now());
      const { tags } = before.get(id)!;
      if (!tags.includes('Friend')) before.get(id)!.tags = [...tags, 'Friend'].sort();
      await undo(pipeline, first);
      expect(carried(pipeline)).toEqual(before);
      expect(await countUndo(shop.id, first, adminFor(shop))).toMatchObject({ customers: 0 });
    },
  );
});

describe('given an undo under way', () => {
  it('when it is stopped, then nothing more is put back, and undoing again ends it', async () => {
    const first = await write();
    const { shop } = pipeline;
    onStep(async (name, moment) => {
      if (name === 'metafields-delete.settle' && moment === 'after') await endUndoWish(shop.id, first);
    });
    await undo(pipeline, first);
    onStep(undefined);
    expect(await latestWriteRun(shop.id)).toMatchObject({ kind: 'undo', state: 'stopped' });
    expect(await readSettings(shop.id)).toMatchObject({ writeBack: 'not-now', undoRunId: null });
    expect(carried(pipeline)).not.toEqual(before);
    await undo(pipeline, first);
    expect(carried(pipeline)).toEqual(before);
  });

  it('when its tags go in bulk, then the end is the same', async () => {
    const first = await write();
    const { shop } = pipeline;
    onStep(async (name, moment) => {
      if (name !== 'undo.ready' || moment !== 'after') return;
      const run = await latestWriteRun(shop.id);
      const direct = ['metafields-set' as const, 'metafields-delete' as const];
      const transport = { direct, bulk: { 'tags-remove': 2, 'tags-add': 1 }, seconds: 1 };
      await updateWriteRun(shop.id, run!.id, { plan: { ...run!.plan, transport } });
    });
    await undo(pipeline, first);
    const { all } = pipeline.shopify.shop(pipeline.fake.domain).bulk;
    expect(all.filter(({ type, status }) => type === 'MUTATION' && status === 'COMPLETED')).toHaveLength(3);
    expect(carried(pipeline)).toEqual(before);
  });

  it('when an answer is lost, or somebody sets a value in the very moment, then ours goes back and theirs stays', async () => {
    const first = await write();
    const { shop, fake, shopify } = pipeline;
    const written = carried(pipeline);
    const removal = await remove();
    const [id = 0] = [...written].find(([, { fields }]) => fields.length > 0)!;
    // Asked for after it was seen that there is none.
    onStep((name, moment) => {
      if (name !== 'metafields-set.look-first' || moment !== 'after') return;
      onStep(undefined);
      setByHand(fake, id, 'rfm_segment', 'by hand');
      shopify.trouble.add({ op: 'metafieldsSet', action: 'timeoutAfterCommit' });
    });
    await undo(pipeline, removal);
    const own = written.get(id)!;
    own.fields = [own.fields.find((field) => field.startsWith('rfm_profile'))!, 'rfm_segment=by hand'];
    expect(carried(pipeline)).toEqual(written);
    expect(await latestWriteRun(shop.id)).toMatchObject({ state: 'done', kept: 1, failed: 0 });
    await undo(pipeline, first);
    before.get(id)!.fields = ['rfm_segment=by hand'];
    expect(carried(pipeline)).toEqual(before);
  });
});

describe('given an undo under way when everything is to be removed', () => {
  it('then that goes first', async () => {
    const first = await write();
    const { shop } = pipeline;
    onStep(async (name, moment) => {
      if (name === 'undo.ready' && moment === 'after') await decide(shop.id, { writeBack: 'removing' });
    });
    await undo(pipeline, first);
    onStep(undefined);
    await writeNow(pipeline);
    expect(await latestWriteRun(shop.id)).toMatchObject({
      kind: 'full',
      state: 'done',
      plan: { cleanUp: true },
    });
    expect(writtenIds()).toEqual([]);
    // Tags of ours that somebody had put there by hand went, too.
    before = carried(pipeline);
  });
});

describe('given customers who were merged, deleted or erased since', () => {
  it('when the write-back is undone, then they stay as they are, nothing is refused, and all others are as before', async () => {
    const first = await write();
    const { fake, shop } = pipeline;
    const [kept = 0, gone = 0, erased = 0] = writtenIds();
    mergeCustomers(fake, kept, gone, Date.now());
    await mergeInto(shop.id, gone, kept);
    const childless = [...fake.customers.keys()].find((id) => !fake.ordersByCustomer.has(id)) ?? 0;
    deleteCustomer(fake, childless, Date.now());
    await forgetCustomers(shop.id, [childless]);
    await eraseStoredCustomer(shop.id, { customerId: erased, orderIds: [] });
    const now = carried(pipeline);
    expect(await countUndo(shop.id, first, adminFor(shop))).toMatchObject({ undo: { unknown: 1 } });
    await undo(pipeline, first);
    for (const id of [gone, childless]) before.delete(id);
    for (const id of [kept, erased]) before.set(id, now.get(id)!);
    expect(carried(pipeline)).toEqual(before);
    expect(await latestWriteRun(shop.id)).toMatchObject({ state: 'done', failed: 0 });
  });
});
