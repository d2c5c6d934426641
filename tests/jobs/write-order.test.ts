import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { latestWriteRun, updateWriteRun } from '#app/models/write-runs.server.ts';
import { CHANNELS, type Transport } from '#app/rfm/write-cost.ts';
import { addTags } from '#tests/fake-shopify/store-customers.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedLines, heldLines } from './expected.ts';
import { decide, installed, runPipeline, smallShop, writeNow } from './pipeline.ts';

testDatabase();
afterEach(() => onStep(undefined));
afterAll(() => closeQueue(1));

const BULK = { 'tags-add': 2, 'tags-remove': 1, 'metafields-set': 1 };

describe('given customers at Shopify’s limit of tags who carry a former segment', () => {
  it.each<[string, Omit<Transport, 'seconds'>]>([
    ['in bulk', { direct: [], bulk: BULK }],
    ['call by call', { direct: [...CHANNELS], bulk: {} }],
    ['both ways', { direct: ['tags-add'], bulk: { 'tags-remove': 1, 'metafields-set': 1 } }],
  ])(
    'when the new one is written %s, then metafields come first, then removals, then tags',
    async (_, way) => {
      const fake = smallShop({ customers: 40 });
      for (const id of fake.customers.keys()) {
        addTags(
          fake,
          id,
          ['loyalty:loyal', ...Array.from({ length: 249 }, (__, n) => `tag ${n}`)],
          Date.now(),
        );
      }
      const pipeline = await installed(fake);
      const { shop, shopify } = pipeline;
      await runPipeline(pipeline);
      await decide(shop.id, { writeBack: 'on', tagPrefix: 'loyalty' });
      onStep(async (name, moment) => {
        if (name !== 'plan.begin' || moment !== 'after') return;
        const run = await latestWriteRun(shop.id);
        await updateWriteRun(shop.id, run!.id, { plan: { ...run!.plan, transport: { ...way, seconds: 1 } } });
      });
      const order: string[] = [];
      const bulk = shopify.shop(fake.domain).bulk;
      const note = bulk.onEnd;
      bulk.onEnd = (operation) => {
        order.push(/mutation ([A-Za-z]+)/.exec(operation.query)?.[1] ?? '');
        note(operation);
      };
      const before = shopify.calls.all.length;
      await writeNow(pipeline);
      const direct = shopify.calls.all.slice(before).map(({ op }) => op);
      const sent = [...order, ...direct].filter((op) => /^(SetMetafields|RemoveTags|AddTags)$/.test(op));
      const kinds = sent.filter((op, place) => op !== sent[place - 1]);
      expect(kinds).toEqual(['SetMetafields', 'RemoveTags', 'AddTags']);
      expect(await latestWriteRun(shop.id)).toMatchObject({ state: 'done', failed: 0 });
      const lines = (await expectedLines(fake)).map((line) => line.replace('rfm:', 'loyalty:'));
      const held = heldLines(fake).map((line) => {
        const id = Number(line.split(' ')[0]);
        const tag = fake.customers.get(id)?.tags.find((one) => one.startsWith('loyalty:')) ?? '-';
        return line.replace(' - ', ` ${tag} `);
      });
      expect(held.filter((line) => !line.endsWith(' - -'))).toEqual(
        lines.filter((line) => !line.endsWith(' - - -')),
      );
      await pipeline.close();
    },
  );
});
