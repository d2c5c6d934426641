import { afterAll, describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { eraseCustomer } from '#app/jobs/erase-customer.server.ts';
import { makeDataFile } from '#app/jobs/make-data-file.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { addressMarks } from '#app/mail-tokens.server.ts';
import { dataRequests, takeFile } from '#app/models/data-requests.server.ts';
import { mergeCustomers } from '#app/models/gone.server.ts';
import { suppress, suppressedReceivers, suppressionOf } from '#app/models/suppressions.server.ts';
import { campaignAnswers, customerAnswers, keepAnswer } from '#app/models/survey-answers.server.ts';
import { storeScores } from '#tests/routes/built-pages.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';
import { rowsWith } from './traces.ts';

const url = testDatabase();
afterAll(() => closeQueue(1));

const ADDRESS = 'ida@mail.example';
const wordsOf = (id: number): string => `Too dear for me (${id - 3})`;

/** A campaign of the shop with these customers in it; of the rest of it nothing matters here. */
async function campaignOf(shopId: number, customerIds: readonly number[]): Promise<number> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `insert into campaigns (shop_id, slug, name, state, secret, operation, created_by)
       values ($1, 'back', 'Come back', 'running', '\\x00', gen_random_uuid(), 1) returning id`,
      [shopId],
    );
    const { id } = rows[0]!;
    await client.query(
      `insert into campaign_versions (shop_id, campaign_id, version, plan, created_by)
       values ($1, $2, 1, '{"delivery": "mail"}', 1)`,
      [shopId, id],
    );
    await client.query(
      `insert into campaign_members (shop_id, campaign_id, customer_id, stratum, held_out, entered_at, entry_at, due_at)
       select $1, $2, id, 'at-risk', false, now(), now(), now() from unnest($3::int8[]) id`,
      [shopId, id, customerIds],
    );
    await client.query(
      `insert into offers (shop_id, campaign_id, customer_id, entry, step, branch, arm, version, needs_code, state)
       select $1, $2, id, 1, 0, 0, 0, 1, false, 'ready' from unnest($3::int8[]) id`,
      [shopId, id, customerIds],
    );
    return id;
  });
}

/** A shop with twenty customers from this id on, of whom the first unsubscribed and answered why. */
async function shopWithAnswers(id: number): Promise<{ shop: number; campaignId: number }> {
  const { id: shop } = await testShop();
  await storeScores(shop, id, 20);
  const campaignId = await campaignOf(shop, [id, id + 1]);
  const mark = addressMarks(shop, ADDRESS)[0]!;
  await suppress(shop, { customerId: id, reason: 'unsubscribed', campaignId, mark });
  expect(await keepAnswer(shop, { campaignId, customerId: id, reason: 'price', words: wordsOf(id) })).toBe(
    true,
  );
  return { shop, campaignId };
}

const offersOf = (shop: number, customerId: number): Promise<unknown[]> =>
  sqlInShop(shop, async (client) => {
    const { rows } = await client.query(
      `select o.state, o.reason, m.state as member, m.due_at is null as ended from offers o
       join campaign_members m using (shop_id, campaign_id, customer_id) where o.customer_id = $1`,
      [customerId],
    );
    return rows;
  });

describe('given a customer who unsubscribed and answered why', () => {
  it('then what was still to go out to them by e-mail ends, and nobody else’s', async () => {
    const id = 60_000_123;
    const { shop } = await shopWithAnswers(id);
    expect(await offersOf(shop, id)).toEqual([
      { state: 'dropped', reason: 'suppressed', member: 'active', ended: false },
    ]);
    expect(await offersOf(shop, id + 1)).toEqual([
      { state: 'ready', reason: null, member: 'active', ended: false },
    ]);
  });

  it('when a request for data comes, then the file tells all of it', async () => {
    const id = 70_000_123;
    const { shop, campaignId } = await shopWithAnswers(id);
    await makeDataFile(shop, { webhookId: 'w', customerId: id, orderIds: [] });
    const [request] = await dataRequests(shop, 1);
    const { file } = (await takeFile(shop, 1, request!.id)) as { file: Record<string, object[]> };
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
    expect(file.noMessages).toEqual([{ reason: 'unsubscribed', campaignId, createdAt: at }]);
    expect(file.surveyAnswers).toEqual([{ campaignId, reason: 'price', words: wordsOf(id), answeredAt: at }]);
  });

  it('when they are erased, then nothing of it is left, nor their number in what others wrote', async () => {
    const id = 80_000_123;
    const { shop, campaignId } = await shopWithAnswers(id);
    await keepAnswer(shop, {
      campaignId,
      customerId: id + 1,
      reason: 'other',
      words: `${id} told me, not ${id}4`,
    });
    expect(await eraseCustomer(shop, { customerId: id, orderIds: [] })).toBe(true);
    // Campaigns erase their own tables; of these two nothing may be left.
    const left = await rowsWith(url, [String(id), wordsOf(id)]);
    expect(left.filter((row) => /mail_|survey_/.test(row))).toEqual([]);
    expect((await campaignAnswers(shop, campaignId, 9)).answers).toMatchObject([
      { words: `… told me, not ${id}4` },
    ]);
    // The link of an old message brings nothing back.
    const mark = addressMarks(shop, ADDRESS)[0]!;
    await suppress(shop, { customerId: id, reason: 'unsubscribed', campaignId, mark });
    expect(await suppressionOf(shop, id)).toBeNull();
  });

  it('when they are merged into another, then that one gets no message either, and has answered', async () => {
    const id = 90_000_123;
    const { shop, campaignId } = await shopWithAnswers(id);
    await sqlInShop(shop, (client) => mergeCustomers(client, shop, id, id + 5));
    expect(await suppressionOf(shop, id)).toBeNull();
    expect(await suppressionOf(shop, id + 5)).toMatchObject({ reason: 'unsubscribed', campaignId });
    expect(await customerAnswers(shop, id + 5)).toMatchObject([{ reason: 'price', campaign: 'Come back' }]);
    const receiver = { customerId: id + 9, marks: addressMarks(shop, ADDRESS) };
    expect(await suppressedReceivers(shop, [receiver])).toEqual(new Set([id + 9]));
  });

  it('when somebody else is stored under the address, then no address stands anywhere', async () => {
    await shopWithAnswers(50_000_123);
    expect(await rowsWith(url, [ADDRESS])).toEqual([]);
  });
});

describe('answers', () => {
  it('given two of one customer, then the later one counts; of nobody in the campaign none is kept', async () => {
    const id = 40_000_123;
    const { shop, campaignId } = await shopWithAnswers(id);
    await keepAnswer(shop, { campaignId, customerId: id, reason: 'quality', words: null });
    expect(await keepAnswer(shop, { campaignId, customerId: id + 7, reason: 'price', words: 'x' })).toBe(
      false,
    );
    expect(await campaignAnswers(shop, campaignId, 9)).toEqual({
      reasons: [{ reason: 'quality', count: 1 }],
      answers: [],
    });
  });
});
