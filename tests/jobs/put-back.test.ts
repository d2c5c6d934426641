import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { mergeInto } from '#app/jobs/forget-customers.server.ts';
import { countPutBack, putBack } from '#app/jobs/put-back.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { watchShop } from '#app/jobs/watch-shop.server.ts';
import { writeFollowing } from '#app/jobs/write-following.server.ts';
import { eraseStoredCustomer } from '#app/models/erase-customer.server.ts';
import { markUninstalled } from '#app/models/shops.server.ts';
import { customerWriting, endHold, heldAmong, wishPutBack } from '#app/models/write-holds.server.ts';
import { latestWriteRun } from '#app/models/write-runs.server.ts';
import { APP_NAMESPACE } from '#tests/fake-shopify/metafield-rules.ts';
import { addTags, deleteMetafield, mergeCustomers } from '#tests/fake-shopify/store-customers.ts';
import { testDatabase } from '#tests/support/database.ts';
import { bearDeath, diesAfterEach } from './deaths.ts';
import {
  decide,
  drain,
  installAgain,
  installed,
  lookAgain,
  runPipeline,
  smallShop,
  writeNow,
  type Pipeline,
} from './pipeline.ts';
import { carried, newest, setByHand, tagByHand, undo, untagByHand, type Carried } from './undone-shop.ts';
import { order, payload } from './written-shop.ts';

testDatabase();
const STAFF = 1001;
let pipeline: Pipeline;
let before: Carried;

/** A shop of 40, imported and scored, of whom nobody was ever written, and one who will be. */
async function unwritten(): Promise<{ pipeline: Pipeline; before: Carried }> {
  const fake = smallShop({ customers: 40 });
  tagByHand(fake);
  const made = await installed(fake);
  await runPipeline(made);
  return { pipeline: made, before: carried(made) };
}

beforeAll(async () => {
  ({ pipeline, before } = await unwritten());
});
afterEach(() => onStep(undefined));
afterAll(async () => {
  await pipeline.close();
  await closeQueue(1);
});

const held = async (of = pipeline): Promise<number[]> => [
  ...(await sqlInShop(of.shop.id, (client) => heldAmong(client, of.shop.id, null))),
];
const hold = async (id: number, of = pipeline) => (await customerWriting(of.shop.id, id)).hold;
const writtenIds = (of = pipeline): number[] =>
  [...of.fake.customers.values()].filter(({ metafields }) => metafields.size > 0).map(({ id }) => id);

async function write(of = pipeline): Promise<number> {
  await decide(of.shop.id, { writeBack: 'on' });
  await writeNow(of);
  return newest(of);
}

/** Takes back what was last written to a customer, as a manager does on its page. */
async function takeBack(id: number, of = pipeline, options = {}): Promise<void> {
  const { newest: last } = await customerWriting(of.shop.id, id);
  expect(await wishPutBack(of.shop.id, id, { backTo: last?.id ?? 0, userId: STAFF })).toBe(true);
  await enqueue(putBack, payload(of));
  await drain(options);
}

/** Writes everyone again, and those who were held. */
async function letGo(of = pipeline): Promise<void> {
  for (const id of await held(of)) await endHold(of.shop.id, id);
  await enqueue(writeFollowing, payload(of));
  await drain();
}

const others = (of: Carried, ...ids: number[]): Carried =>
  new Map([...of].filter(([id]) => !ids.includes(id)));

describe('given customers who are written and followed', () => {
  it('when one is put back, then it is as before, all others stay written, and nothing more is written to it until it is let go', async () => {
    const { fake, shop, shopify } = pipeline;
    await write();
    const written = carried(pipeline);
    const [id = 0, other = 0] = [...fake.ordersByCustomer.keys()];
    const plan = await countPutBack(shop.id, id, (await customerWriting(shop.id, id)).newest!.id);
    await takeBack(id);
    expect(carried(pipeline).get(id)).toEqual(before.get(id));
    expect(others(carried(pipeline), id)).toEqual(others(written, id));
    const run = await latestWriteRun(shop.id);
    expect(run).toMatchObject({
      kind: 'put-back',
      state: 'done',
      done: plan.writes.length,
      failed: 0,
      kept: 0,
    });
    expect(await hold(id)).toMatchObject({ asked: false, heldBy: STAFF, run: { id: run!.id } });

    // Asking again changes nothing, nor do orders, scores of everyone, another prefix and a write-back of everyone.
    await wishPutBack(shop.id, id, { backTo: 1, userId: STAFF });
    await enqueue(putBack, payload(pipeline));
    await drain();
    await order(pipeline, 0, 5);
    await lookAgain(pipeline);
    await decide(shop.id, { tagPrefix: 'seg' });
    await enqueue(scoreCustomers, payload(pipeline));
    await drain();
    expect(carried(pipeline).get(id)).toEqual(before.get(id));
    expect(carried(pipeline).get(other)).not.toEqual(written.get(other));
    expect((await newest(pipeline)) > run!.id).toBe(true);

    await letGo();
    expect(writtenIds()).toContain(id);
    expect(
      carried(pipeline)
        .get(id)
        ?.tags.some((tag) => tag.startsWith('seg:')),
    ).toBe(true);
    await writeNow(pipeline);
    const sent = shopify.calls.all.filter(({ mutation }) => mutation).length;
    await writeNow(pipeline);
    expect(shopify.calls.all.filter(({ mutation }) => mutation)).toHaveLength(sent);
    await decide(shop.id, { tagPrefix: 'rfm' });
    await enqueue(scoreCustomers, payload(pipeline));
    await drain();
  });

  it('when what followed is taken back, then the customer carries what the write-back before it wrote', async () => {
    const { fake } = pipeline;
    const written = carried(pipeline);
    const ids = [...fake.ordersByCustomer.keys()];
    // Large orders move those whom earlier ones did not.
    await order(pipeline, 8, 30);
    await lookAgain(pipeline);
    const moved = ids.slice(8, 30).find((id) => {
      const [was, is] = [written.get(id), carried(pipeline).get(id)];
      return JSON.stringify(was) !== JSON.stringify(is);
    });
    await takeBack(moved ?? 0);
    expect(carried(pipeline).get(moved ?? 0)).toEqual(written.get(moved ?? 0));
    await letGo();
  });

  it('when somebody changed some of it meanwhile, then that stays and all else goes back', async () => {
    const { fake, shop } = pipeline;
    // Nothing of ours is left, and everything is written anew.
    await decide(shop.id, { writeBack: 'removing' });
    await writeNow(pipeline);
    const clean = carried(pipeline);
    await write();
    const [id = 0, untagged = 0] = writtenIds();
    setByHand(fake, id, 'rfm_segment', 'by hand');
    addTags(fake, id, ['Friend'], Date.now());
    const left = untagByHand(fake, untagged);
    await takeBack(id);
    await takeBack(untagged);
    const own = clean.get(id)!;
    expect(carried(pipeline).get(id)).toEqual({
      tags: [...own.tags, 'Friend'].sort(),
      fields: ['rfm_segment=by hand'],
    });
    expect(carried(pipeline).get(untagged)).toEqual({ tags: left.toSorted(), fields: [] });
    expect(await hold(id)).toMatchObject({ asked: false, run: { state: 'done', kept: 1 } });
    deleteMetafield(fake, id, APP_NAMESPACE, 'rfm_segment', Date.now());
    await letGo();
  });

  it('when everything of ours is removed or everything is undone, then theirs goes, too, and they stay unwritten after', async () => {
    const { shop } = pipeline;
    const [id = 0] = writtenIds();
    await order(pipeline, 0, 40);
    await lookAgain(pipeline);
    await takeBack(id);
    await decide(shop.id, { writeBack: 'removing' });
    await writeNow(pipeline);
    expect(writtenIds()).toEqual([]);
    expect(await held()).toEqual([id]);
    const clean = carried(pipeline);
    const again = await write();
    expect(writtenIds()).not.toContain(id);
    await undo(pipeline, again);
    expect(carried(pipeline)).toEqual(clean);
    await decide(shop.id, { writeBack: 'on' });
    await letGo();
    await writeNow(pipeline);
    expect(writtenIds()).toContain(id);
  });

  it('when it is let go while it is put back, then nothing more of it is sent and it is written again', async () => {
    const { shop } = pipeline;
    const [, id = 0] = writtenIds();
    const { fields } = carried(pipeline).get(id)!;
    onStep(async (name, moment) => {
      if (name === 'metafields-delete.settle' && moment === 'after') await endHold(shop.id, id);
    });
    await takeBack(id);
    onStep(undefined);
    expect(await held()).toEqual([]);
    await letGo();
    expect(carried(pipeline).get(id)?.fields).toEqual(fields);
  });

  it('when Shopify refuses, then it ends, says so, and goes on from there when it is asked again', async () => {
    const { shopify, shop, fake } = pipeline;
    const [, , id = 0] = writtenIds();
    const clean = before.get(id)!;
    shopify.shop(fake.domain).scopes = new Set(['read_customers', 'read_orders', 'read_all_orders']);
    await takeBack(id);
    expect(await hold(id)).toMatchObject({ asked: false, run: { state: 'failed' } });
    shopify.shop(fake.domain).scopes = new Set([...shopify.shop(fake.domain).scopes, 'write_customers']);
    expect(await wishPutBack(shop.id, id, { backTo: 999_999, userId: STAFF })).toBe(true);
    await enqueue(putBack, payload(pipeline));
    await drain();
    expect(await hold(id)).toMatchObject({ asked: false, run: { state: 'done' } });
    expect(carried(pipeline).get(id)?.fields).toEqual(clean.fields);
    await letGo();
  });

  it('when the process dies right after the wish, then the next look after the shop carries it out', async () => {
    const { shop } = pipeline;
    const [, , id = 0] = writtenIds();
    const { newest: last } = await customerWriting(shop.id, id);
    await wishPutBack(shop.id, id, { backTo: last!.id, userId: STAFF });
    await enqueue(watchShop, payload(pipeline));
    await drain();
    expect(await hold(id)).toMatchObject({ asked: false, run: { state: 'done', failed: 0 } });
    await letGo();
  });

  it('when Shopify takes the call and refuses the customer, then it can be asked for again', async () => {
    const { shop, fake } = pipeline;
    const [, , id = 0] = writtenIds();
    const clean = before.get(id)!;
    const customer = fake.customers.get(id)!;
    fake.customers.delete(id);
    await takeBack(id);
    fake.customers.set(id, customer);
    expect(await hold(id)).toMatchObject({ asked: false, run: { state: 'done' } });
    expect((await hold(id))!.run!.failed).toBeGreaterThan(0);
    await wishPutBack(shop.id, id, { backTo: 1, userId: STAFF });
    await enqueue(putBack, payload(pipeline));
    await drain();
    expect(await hold(id)).toMatchObject({ run: { state: 'done', failed: 0 } });
    expect(carried(pipeline).get(id)?.fields).toEqual(clean.fields);
    await letGo();
  });

  it('when it is merged away, then whoever stays is not written; when it is erased, then no wish of it is left', async () => {
    const { fake, shop } = pipeline;
    const [id = 0, kept = 0, erased = 0] = writtenIds();
    await takeBack(id);
    mergeCustomers(fake, kept, id, Date.now());
    expect(await mergeInto(shop.id, id, kept)).toBe(true);
    await lookAgain(pipeline);
    expect(await held()).toEqual([kept]);
    await letGo();
    await takeBack(erased);
    expect(await eraseStoredCustomer(shop.id, { customerId: erased, orderIds: [] })).toBe(true);
    expect(await held()).toEqual([]);
    expect(await wishPutBack(shop.id, erased, { backTo: 1, userId: STAFF })).toBe(false);
  });

  it('when the app is installed anew before it is carried out, then it is not, and the customer stays unwritten', async () => {
    const { shop, shopify } = pipeline;
    const [, , , id = 0] = writtenIds();
    const { newest: last } = await customerWriting(shop.id, id);
    await wishPutBack(shop.id, id, { backTo: last!.id, userId: STAFF });
    await markUninstalled(shop.id);
    const again = await installAgain(pipeline);
    const sent = shopify.calls.all.filter(({ mutation }) => mutation).length;
    await enqueue(putBack, payload(again));
    await drain();
    expect(shopify.calls.all.filter(({ mutation }) => mutation)).toHaveLength(sent);
    expect(await hold(id)).toMatchObject({ asked: false, run: null });
  });
});

describe('given a worker that is killed anywhere while it puts a customer back', () => {
  async function putBackToTheEnd(hook: Parameters<typeof onStep>[0]): Promise<void> {
    const made = await unwritten();
    await write(made.pipeline);
    const written = carried(made.pipeline);
    const [id = 0] = writtenIds(made.pipeline);
    onStep(hook);
    await takeBack(id, made.pipeline, { onCrash: bearDeath });
    // A worker that comes after one that died between the end and the queue.
    await enqueue(putBack, payload(made.pipeline));
    await drain({ onCrash: bearDeath });
    onStep(undefined);
    expect(carried(made.pipeline).get(id)).toEqual(made.before.get(id));
    expect(others(carried(made.pipeline), id)).toEqual(others(written, id));
    expect(await hold(id, made.pipeline)).toMatchObject({ asked: false, run: { state: 'done', failed: 0 } });
    await made.pipeline.close();
  }

  it('P1: when it dies after any step, then the end is the same', async () => {
    const names = new Set<string>();
    await putBackToTheEnd((name) => void names.add(name));
    const steps = [...names];
    expect(steps).toEqual(
      expect.arrayContaining([
        'put-back.journal',
        'metafields-delete.look-first',
        'tags-remove.settle',
        'write.done',
      ]),
    );
    await diesAfterEach(steps, 2, (hook) => putBackToTheEnd(hook));
  }, 180_000);
});
