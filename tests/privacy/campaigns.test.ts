import { afterAll, describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { eraseCustomer } from '#app/jobs/erase-customer.server.ts';
import { mergeInto } from '#app/jobs/forget-customers.server.ts';
import { makeDataFile } from '#app/jobs/make-data-file.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { dataRequests, takeFile } from '#app/models/data-requests.server.ts';
import { message, planOf } from '#tests/campaigns/plans.ts';
import { launched, members, offersOf, turn } from '#tests/jobs/campaign-shop.ts';
import { storeScores } from '#tests/routes/built-pages.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';
import { rowsWith } from './traces.ts';

const url = testDatabase();
afterAll(() => closeQueue(1));

const FIRST = 60_000_100;

/** A shop of twenty customers from FIRST on, with a campaign in which everybody of the treated has an offer before staff. */
async function offering(holdOut = 0.4): Promise<{ shop: number; id: number }> {
  const { id: shop } = await testShop();
  await storeScores(shop, FIRST, 20);
  await sql(shop, 'update scores set last_order_day = last_order_day - 5 where shop_id = $1');
  const ladder = [message({ kind: 'none' }), message({ kind: 'none' }, 3)];
  const { id } = await launched(shop, planOf({ mode: 'manual', holdOut, ladder }));
  await sql(shop, 'update campaigns set look_at = clock_timestamp() where shop_id = $1');
  await turn(shop);
  return { shop, id };
}

const sql = (shop: number, statement: string, values: unknown[] = []) =>
  sqlInShop(shop, async (client) => (await client.query(statement, [shop, ...values])).rows as unknown[]);
const sides = async (shop: number, id: number) => {
  const all = await members(shop, id);
  const of = (held: boolean) => all.filter(({ heldOut }) => heldOut === held).map((member) => member.id);
  return { treated: of(false), held: of(true) };
};

describe('a customer in a campaign', () => {
  it('given a request for data, then the file tells part and offers; given an erasure, then nothing of it is left', async () => {
    const { shop, id } = await offering();
    const { treated } = await sides(shop, id);
    const [one, other] = treated as [number, number];
    await sql(
      shop,
      `update offers set edited = jsonb_build_object('subject', 'For ' || $2::int8) where customer_id = $3 and shop_id = $1`,
      [one, other],
    );
    await sql(
      shop,
      `update offers set reason = 'gid://shopify/Customer/' || $2::int8 where customer_id = $3 and shop_id = $1`,
      [one, other],
    );
    await sql(shop, `update campaigns set name = 'Back ' || $2::int8 where shop_id = $1`, [one]);
    await makeDataFile(shop, { webhookId: 'w', customerId: one, orderIds: [] });
    const [request] = await dataRequests(shop, 1);
    const { file } = (await takeFile(shop, 71, request!.id)) as {
      file: Record<'campaigns' | 'offers', object[]>;
    };
    expect(file.campaigns).toEqual([
      expect.objectContaining({
        heldOut: false,
        state: 'active',
        step: 0,
        enteredAt: expect.stringMatching(/^\d{4}-/),
      }),
    ]);
    expect(file.offers).toEqual([expect.objectContaining({ step: 0, state: 'review', code: null })]);
    expect(await eraseCustomer(shop, { customerId: one, orderIds: [] })).toBe(true);
    expect(await rowsWith(url, [String(one)])).toEqual([]);
    expect((await members(shop, id)).map((member) => member.id)).not.toContain(one);
    expect((await offersOf(shop, id)).find((offer) => offer.id === other)).toMatchObject({ reason: '…' });
  });

  it('given a merge of one held out with one treated, then who stays is held out, and its open offers come to nothing', async () => {
    const { shop, id } = await offering();
    const { treated, held } = await sides(shop, id);
    const [gone, kept] = [held[0]!, treated[0]!];
    expect(await mergeInto(shop, gone, kept)).toBe(true);
    expect((await members(shop, id)).find((member) => member.id === kept)).toMatchObject({ heldOut: true });
    expect((await members(shop, id)).map((member) => member.id)).not.toContain(gone);
    expect((await offersOf(shop, id)).filter((offer) => offer.id === kept)).toEqual([
      expect.objectContaining({ entry: 1, state: 'dropped', reason: 'superseded' }),
    ]);
    const [gone2, kept2] = [treated[1]!, held[1]!];
    expect(await mergeInto(shop, gone2, kept2)).toBe(true);
    expect((await members(shop, id)).find((member) => member.id === kept2)).toMatchObject({ heldOut: true });
    const offers = (await offersOf(shop, id)).filter((offer) => offer.id === kept2);
    expect(offers.map(({ state, entry }) => [state, entry])).toEqual([['dropped', -1]]);
  });

  it('given a merge of two treated ones, then offers of both are kept and only those of who stays go on', async () => {
    const { shop, id } = await offering(0.1);
    const { treated } = await sides(shop, id);
    const [kept, gone, second] = treated as [number, number, number];
    await sql(
      shop,
      `update offers set state = 'given', given_at = now(), code = 'C' || customer_id where shop_id = $1 and customer_id = $2`,
      [gone],
    );
    expect(await mergeInto(shop, gone, kept)).toBe(true);
    expect(await mergeInto(shop, second, kept)).toBe(true);
    const offers = (await offersOf(shop, id)).filter((offer) => offer.id === kept);
    expect(offers.map(({ entry, state, code }) => [entry, state, code])).toEqual([
      [-2, 'dropped', null],
      [-1, 'given', `C${gone}`],
      [1, 'review', null],
    ]);
    await sql(shop, 'update campaigns set look_at = clock_timestamp() where shop_id = $1');
    await turn(shop);
    expect((await offersOf(shop, id)).filter((offer) => offer.id === kept)).toHaveLength(3);
  });

  it('given a merge into somebody who takes no part, then that one goes on in its place', async () => {
    const { shop, id } = await offering();
    const { treated, held } = await sides(shop, id);
    for (const [gone, heldOut] of [
      [treated[0]!, false],
      [held[0]!, true],
    ] as const) {
      const stranger = gone + 5000;
      await sql(
        shop,
        `insert into scores (shop_id, customer_id, frequency, monetary, r, f, m, since) values ($1, $2, 0, 0, 0, 0, 0, now())`,
        [stranger],
      );
      expect(await mergeInto(shop, gone, stranger)).toBe(true);
      expect((await members(shop, id)).find((member) => member.id === stranger)).toMatchObject({
        heldOut,
        entry: 1,
      });
      expect((await offersOf(shop, id)).filter((offer) => offer.id === stranger)).toHaveLength(
        heldOut ? 0 : 1,
      );
    }
  });
});
