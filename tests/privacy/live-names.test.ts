import { readFileSync } from 'node:fs';
import { globSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inShop } from '#app/db.server.ts';
import { eraseCustomer } from '#app/jobs/erase-customer.server.ts';
import { makeDataFile } from '#app/jobs/make-data-file.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { liveNames } from '#app/live-names.server.ts';
import { logAccess } from '#app/models/access-log.server.ts';
import { dataRequests, takeFile } from '#app/models/data-requests.server.ts';
import { latestImport } from '#app/models/imports.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { loggedAccess } from '#tests/support/access-log.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedLines, heldLines } from '#tests/jobs/expected.ts';
import { decide, installed, runPipeline, smallShop, type Pipeline } from '#tests/jobs/pipeline.ts';

testDatabase();
let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await installed(smallShop({ customers: 20 }));
  pipeline.shopify.shop(pipeline.fake.domain).protectedData = 'level-1';
  await decide(pipeline.shop.id, { writeBack: 'on' });
  await runPipeline(pipeline);
}, 60_000);
afterAll(async () => {
  await pipeline.close();
  await closeQueue(1);
});

const user = { id: 1001 };

describe('W16: given a shop whose names and addresses the app may not see', () => {
  it('when everything is imported, then it is scored and written as everywhere', async () => {
    const { shop, fake } = pipeline;
    expect(await latestImport(shop.id)).toMatchObject({ phase: 'done', problem: null });
    expect((await latestRun(shop.id))?.summary.scored).toBeGreaterThan(10);
    expect(heldLines(fake)).toEqual(await expectedLines(fake));
  });

  it('when customers are listed, then there are no names, and nobody has seen any', async () => {
    const { shop, fake } = pipeline;
    expect(await liveNames({ shop, user }, [...fake.customers.keys()])).toEqual({});
    expect(await loggedAccess(shop.id)).toEqual([]);
  });

  it('when a customer asks what is stored, then the file says what there is', async () => {
    const { shop, fake } = pipeline;
    const customerId = [...fake.customers.keys()][0]!;
    await makeDataFile(shop.id, { webhookId: 'level-1', customerId, orderIds: [] });
    const [request] = await dataRequests(shop.id, 1);
    const taken = await takeFile(shop.id, user.id, request!.id);
    expect(taken?.file).toMatchObject({ customer: { id: customerId, emailConsent: null, smsConsent: null } });
  });
});

describe('C13: given names that are shown', () => {
  it('then who saw whose is in the log before they are handed over', async () => {
    const { shop, fake, shopify } = pipeline;
    shopify.shop(fake.domain).protectedData = 'level-2';
    const ids = [...fake.customers.keys()].slice(0, 3);
    const names = await liveNames({ shop, user }, ids);
    expect(Object.keys(names).map(Number).sort()).toEqual(ids.toSorted());
    const [entry] = await loggedAccess(shop.id);
    expect(entry).toMatchObject({ userId: user.id, what: 'names' });
    expect(entry?.customerIds.sort()).toEqual(ids.sort());
  });

  it('when a customer was erased, then the log does not name it any more, nor when it is noted late', async () => {
    const { shop, fake } = pipeline;
    const [customerId = 0, other = 0] = fake.customers.keys();
    await logAccess(shop.id, user.id, 'names', [customerId, other]);
    expect(await eraseCustomer(shop.id, { customerId, orderIds: [] })).toBe(true);
    // What the latest run says of all customers stays what is listed of them.
    const scored = await inShop(shop.id, (db) => db.score.count({ where: { segment: { not: null } } }));
    expect((await latestRun(shop.id))?.summary.scored).toBe(scored);
    await logAccess(shop.id, user.id, 'names', [customerId, other]);
    const log = await loggedAccess(shop.id);
    expect(log.flatMap(({ customerIds }) => customerIds)).not.toContain(customerId);
    expect(log[0]?.customerIds).toEqual([other]);
    expect(log[1]).toMatchObject({ userId: null, what: 'redaction', customerIds: [] });
  });

  it('then nothing else of the app asks Shopify for names', () => {
    const sources = globSync('app/**/*.{ts,tsx}').filter(
      (path) => path !== 'app/shopify/customers.server.ts',
    );
    const asking = sources.filter((path) =>
      /readCustomerNames|displayName|firstName|lastName/.test(readFileSync(path, 'utf8')),
    );
    // What is put into messages; whoever reads it for that notes it first.
    expect(asking.toSorted()).toEqual([
      'app/jobs/render-message.server.ts',
      'app/live-names.server.ts',
      'app/shopify/customer-mail.server.ts',
    ]);
    const reading = sources.filter(
      (path) => path.startsWith('app/jobs/') && readFileSync(path, 'utf8').includes('readReceivers('),
    );
    expect(reading.toSorted()).toEqual([
      'app/jobs/mail-offers.server.ts',
      'app/jobs/preview-message.server.ts',
    ]);
    for (const path of reading) expect(readFileSync(path, 'utf8')).toMatch(/logAccess\(/);
  });
});
