import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBulkMutation } from '#app/shopify/bulk-operations.server.ts';
import { readBulkResults, type BulkResult } from '#app/shopify/bulk-results.ts';
import {
  deleteMetafields,
  setMetafields,
  SET_METAFIELDS,
  setVariables,
  type MetafieldSet,
} from '#app/shopify/customer-metafields.server.ts';
import { ADD_TAGS, addTags, removeTags, tagVariables } from '#app/shopify/customer-tags.server.ts';
import { readCustomerNames } from '#app/shopify/customers.server.ts';
import { download } from '#app/shopify/download.server.ts';
import { uploadVariables } from '#app/shopify/staged-upload.server.ts';
import { addCustomer, deleteCustomer } from '#tests/fake-shopify/store-customers.ts';
import { connectShop, emptyShop, type ConnectedShop } from './connected-shop.ts';
import { finishedOperation } from './finished-operation.ts';

let app: ConnectedShop;
let ids: number[];

beforeEach(async () => {
  const shop = emptyShop();
  ids = Array.from(
    { length: 30 },
    (_, i) => addCustomer(shop, { createdAt: i + 1, firstName: 'Ann', email: `ann${i}@example.com` }).id,
  );
  app = await connectShop(shop, { timeScale: 1000 });
});
afterEach(() => app.close());

const customer = (i: number) => app.shop.customers.get(ids[i]!)!;
const gone = (i: number) => deleteCustomer(app.shop, ids[i]!, Date.now());

describe('tags', () => {
  it('X1: a customer with all the tags Shopify allows is reported, and nobody else is affected', async () => {
    customer(0).tags = Array.from({ length: 249 }, (_, i) => `t${i}`);
    customer(1).tags = Array.from({ length: 250 }, (_, i) => `t${i}`);
    expect(await addTags(app.admin, ids[0]!, ['rfm:new'])).toEqual({ done: true });
    expect(await addTags(app.admin, ids[1]!, ['rfm:new'])).toMatchObject({ done: false });
    expect([customer(0).tags.length, customer(1).tags.length]).toEqual([250, 250]);
  });

  it('X1: 255 characters are one tag whatever their bytes, 256 are refused before they are sent', async () => {
    expect(await addTags(app.admin, ids[0]!, ['é'.repeat(255)])).toEqual({ done: true });
    await expect(addTags(app.admin, ids[0]!, ['x'.repeat(256)])).rejects.toThrow(RangeError);
    expect(app.shopify.calls.of('tagsAdd')).toHaveLength(1);
  });

  it('X1: a tag the merchant spelled otherwise stays as it is', async () => {
    customer(0).tags = ['RFM:New'];
    await addTags(app.admin, ids[0]!, ['rfm:new']);
    expect(customer(0).tags).toEqual(['RFM:New']);
  });

  it('X2: a comma never makes two tags, because it is not sent', async () => {
    await expect(addTags(app.admin, ids[0]!, ['Lost, big'])).rejects.toThrow(RangeError);
    expect(app.shopify.calls.all).toHaveLength(0);
  });

  it('are removed without touching others, also twice', async () => {
    customer(0).tags = ['VIP', 'rfm:new'];
    expect(await removeTags(app.admin, ids[0]!, ['rfm:new'])).toEqual({ done: true });
    expect(await removeTags(app.admin, ids[0]!, ['rfm:new'])).toEqual({ done: true });
    expect(customer(0).tags).toEqual(['VIP']);
  });
});

describe('metafields', () => {
  const entry = (i: number): MetafieldSet => ({ customerId: ids[i]!, key: 'rfm_segment', value: 'new' });
  const all = () => Array.from({ length: 25 }, (_, i) => entry(i));
  const written = () => [...app.shop.customers.values()].filter((c) => c.metafields.size > 0).length;

  it('go 25 to a call', async () => {
    expect((await setMetafields(app.admin, all())).refused).toEqual([]);
    expect(written()).toBe(25);
    expect(app.shopify.calls.points('metafieldsSet')).toBe(10);
    expect(() => setVariables([...all(), entry(26)])).toThrow(RangeError);
  });

  it('X5: one that Shopify refuses leaves the other 24 written', async () => {
    gone(17);
    const outcome = await setMetafields(app.admin, all());
    expect(outcome.refused.map((refused) => refused.entry.customerId)).toEqual([ids[17]]);
    expect(outcome.written).toHaveLength(24);
    expect(written()).toBe(24);
  });

  it('are deleted; one that was never there and a customer who is gone stop nobody', async () => {
    await setMetafields(app.admin, all());
    gone(3);
    await deleteMetafields(app.admin, [3, 4, 5, 28].map(entry));
    expect(written()).toBe(22);
  });
});

describe('in bulk', () => {
  const run = async (document: string, lines: object[]): Promise<BulkResult[]> => {
    const path = await uploadVariables(
      app.admin,
      lines.map((line) => Buffer.from(`${JSON.stringify(line)}\n`)),
    );
    const start = await startBulkMutation(app.admin, document, path, 'write-run-1');
    const operation = await finishedOperation(app.admin, start);
    const results: BulkResult[] = [];
    for await (const result of readBulkResults(download(operation.url!))) results.push(result);
    return results.sort((a, b) => a.line - b.line);
  };

  it('each line is written or refused with its reason', async () => {
    gone(1);
    const results = await run(
      ADD_TAGS,
      ids.slice(0, 3).map((id) => tagVariables(id, ['rfm:new'])),
    );
    expect(results.map((result) => [result.line, result.refused === null])).toEqual([
      [0, true],
      [1, false],
      [2, true],
    ]);
    expect([customer(0).tags, customer(2).tags]).toEqual([['rfm:new'], ['rfm:new']]);
  });

  it('a line carries 25 metafields and names the bad one', async () => {
    gone(5);
    const entries = ids
      .slice(0, 25)
      .map((customerId) => ({ customerId, key: 'rfm_segment', value: 'new' }) as const);
    const [result] = await run(SET_METAFIELDS, [setVariables(entries)]);
    expect(result!.refused).not.toBeNull();
    expect(result!.blamed).toEqual([5]);
  });
});

describe('names', () => {
  it('are read for the page that shows them, without those who are gone', async () => {
    gone(1);
    const names = await readCustomerNames(app.admin, ids.slice(0, 3));
    expect([...names.keys()]).toEqual([ids[0], ids[2]]);
    expect(names.get(ids[0]!)).toMatchObject({ email: 'ann0@example.com' });
  });

  it.each(['level-1', 'none'] as const)(
    'are null where the app has protected data access "%s"',
    async (access) => {
      app.office.protectedData = access;
      const names = await readCustomerNames(app.admin, ids.slice(0, 3));
      for (const shown of names.values()) expect(shown).toEqual({ name: null, email: null });
    },
  );
});
