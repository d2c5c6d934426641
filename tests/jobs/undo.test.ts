import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { latestWriteRun } from '#app/models/write-runs.server.ts';
import { countWritten } from '#app/models/written.server.ts';
import { TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { addTags, removeTags } from '#tests/fake-shopify/store-customers.ts';
import { testDatabase } from '#tests/support/database.ts';
import { decide, drain, installed, lookAgain, runPipeline, smallShop, writeNow } from './pipeline.ts';
import { carried, newest, setByHand, tagByHand, undo, untagByHand, type Carried } from './undone-shop.ts';
import { order, payload } from './written-shop.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

/** Waiting for points is not what is told here. */
const UNMETERED = { name: 'test', restoreRate: 100_000, bucket: 2_000_000 };

/** To Shopify a tag in other letters is the same tag. */
const folded = (all: Carried): Carried =>
  new Map(
    [...all].map(([id, { tags, fields }]) => [
      id,
      { fields, tags: tags.map((tag) => tag.toLowerCase()).sort() },
    ]),
  );

const ADOPTED = new Set(TEN_SEGMENTS.segments.map((slug) => `rfm:${slug}`));

describe('given 1,000 customers with tags of their own, written and followed', () => {
  it('when the first write-back is undone, then all is exactly as before but for what others changed, and a removal leaves no trace', async () => {
    const fake = smallShop({ customers: 1_000, plan: UNMETERED });
    tagByHand(fake);
    const pipeline = await installed(fake);
    const { shop } = pipeline;
    await runPipeline(pipeline);
    const before = carried(pipeline);

    await decide(shop.id, { writeBack: 'on' });
    await writeNow(pipeline);
    const first = await newest(pipeline);
    await order(pipeline, 0, 60);
    await lookAgain(pipeline);
    expect(await latestWriteRun(shop.id)).toMatchObject({ kind: 'following', state: 'done' });
    expect(carried(pipeline)).not.toEqual(before);

    // What others change meanwhile: some of it the app has heard of, some it has not.
    const scored = [...fake.customers.values()].filter(({ metafields }) => metafields.size > 0);
    const ids = scored.map(({ id }) => id);
    const at = (place: number): number => ids[place] ?? 0;
    for (const told of [true, false]) {
      const from = told ? 100 : 200;
      for (let place = from; place < from + 20; place += 1) {
        addTags(fake, at(place), [`Friend ${place}`], Date.now());
        removeTags(fake, at(place), ['champions'], Date.now());
        const own = before.get(at(place))!;
        own.tags = [...own.tags.filter((tag) => tag !== 'champions'), `Friend ${place}`].sort();
      }
      for (let place = from + 20; place < from + 40; place += 1) {
        const held = fake.customers.get(at(place))!.tags;
        const left = untagByHand(fake, at(place));
        // One of their own that we had left on them is gone for good.
        const gone = new Set(held.filter((tag) => !left.includes(tag)).map((tag) => tag.toLowerCase()));
        const own = before.get(at(place))!;
        own.tags = own.tags.filter((tag) => !gone.has(tag.toLowerCase()));
      }
      if (told) await lookAgain(pipeline);
    }
    for (let place = 300; place < 310; place += 1) {
      setByHand(fake, at(place), 'rfm_segment', 'by hand');
      before.get(at(place))!.fields = ['rfm_segment=by hand'];
      setByHand(fake, at(place + 10), 'rfm_profile', '{"by":"hand"}');
      before.get(at(place + 10))!.fields = ['rfm_profile={"by":"hand"}'];
    }

    await undo(pipeline, first);
    expect(folded(carried(pipeline))).toEqual(folded(before));
    const undone = await latestWriteRun(shop.id);
    expect(undone).toMatchObject({ kind: 'undo', state: 'done', failed: 0, kept: 20 });
    expect(undone?.done).toBe(Object.values(undone?.plan.byKind ?? {}).reduce((sum, n) => sum + n, 0) - 20);
    expect(await readSettings(shop.id)).toMatchObject({ writeBack: 'not-now', undoRunId: null });

    // Nothing is written by itself afterwards, and there is nothing left to undo.
    const sent = pipeline.shopify.calls.all.filter(({ mutation }) => mutation).length;
    await order(pipeline, 60, 80);
    await lookAgain(pipeline);
    await enqueue(scoreCustomers, payload(pipeline));
    await drain();
    expect(pipeline.shopify.calls.all.filter(({ mutation }) => mutation)).toHaveLength(sent);

    // And what the merchant asks for next works as if nothing had been: written, and removed without a trace.
    await decide(shop.id, { writeBack: 'on' });
    await writeNow(pipeline);
    expect(await countWritten(shop.id)).toBe((await latestRun(shop.id))!.summary.scored);
    await decide(shop.id, { writeBack: 'removing' });
    await writeNow(pipeline);
    for (const [id, { tags, fields }] of carried(pipeline)) {
      expect(tags).toEqual(before.get(id)?.tags.filter((tag) => !ADOPTED.has(tag.toLowerCase())));
      expect(fields).toEqual([]);
    }
    expect(await countWritten(shop.id)).toBe(0);
    await pipeline.close();
  }, 120_000);
});
