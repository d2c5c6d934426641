import { beforeAll, describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { customerTimeline, type TimelinePart } from '#app/models/customer-timeline.server.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();
let shop: number;
const [ANNA, BEN] = [7, 8];

beforeAll(async () => {
  ({ id: shop } = await testShop());
  const { id: other } = await testShop();
  for (const one of [shop, other]) {
    await sqlInShop(one, async (client) => {
      // Many at the very same instant, so that instants alone do not tell where a page ends.
      await client.query(
        `insert into orders (shop_id, id, customer_id, created_at, processed_at, updated_at, test, currency, total, refunded)
         select $1, n, 7 + n % 2, now(), timestamptz '2026-01-01' + (n / 10) * interval '1 day' + interval '1 microsecond' * (n % 3),
           now(), false, 'EUR', n, 0 from generate_series(1, 40) n`,
        [one],
      );
      await client.query(
        `insert into writes (shop_id, run_id, customer_id, kind, value, state, updated_at)
         select $1, 1, 7 + n % 2, 'tag-add', 'tag ' || n, (array['done', 'planned', 'failed', 'sent', 'kept'])[1 + n % 5],
           timestamptz '2026-01-01' + (n / 15) * interval '1 day' from generate_series(1, 60) n`,
        [one],
      );
      await client.query(
        `insert into campaigns (shop_id, id, slug, name, secret, operation, created_by)
         values ($1, 5, 'come-back', 'Come back', '', 'one', 71)`,
        [one],
      );
      await client.query(
        `insert into offers (shop_id, campaign_id, customer_id, entry, step, branch, arm, version, needs_code, state,
           created_at, given_at)
         select $1, 5, 7 + n % 2, n, n % 3, 0, 0, 1, false, 'given', timestamptz '2026-02-01',
           case when n % 4 > 1 then timestamptz '2026-01-01' + (n / 4) * interval '1 day' end
         from generate_series(1, 12) n`,
        [one],
      );
      await client.query(
        `insert into order_details (shop_id, order_id, updated_at, source_name, company_id, discount_codes, lines_load)
         values ($1, 40, now(), 'pos', 3, '{}', 1)`,
        [one],
      );
    });
  }
});

const named = (entry: { what: string; order?: { id: number }; value?: string; place: string }): string => {
  if (entry.what === 'offer') return `offer ${entry.place}`;
  return entry.what === 'order' ? `order ${entry.order?.id}` : (entry.value ?? '');
};

/** Walks through all pages of a part. */
async function walk(part: TimelinePart, limit: number): Promise<string[]> {
  const all: string[] = [];
  for (let before: string | null = null, page = 0; page < 200; page += 1) {
    const { entries, next, front } = await customerTimeline(shop, ANNA, part, before, limit);
    expect(front).toBe(before === null);
    expect(entries.length).toBeLessThanOrEqual(limit);
    all.push(...entries.map(named));
    if (next === null) return all;
    before = next;
  }
  throw new Error('no end');
}

describe('a customer’s timeline', () => {
  it('given pages of any size, then each entry comes once, newest first, and the same as on one page', async () => {
    const whole = await walk('all', 200);
    expect(new Set(whole).size).toBe(whole.length);
    // 20 orders, 6 offers, and of 30 writes those that were not only planned.
    expect(whole).toHaveLength(20 + 6 + 24);
    for (const limit of [1, 3, 7, 49, 50]) expect(await walk('all', limit)).toEqual(whole);
    const { entries } = await customerTimeline(shop, ANNA, 'all', null, 200);
    const instants = entries.map((entry) => (entry.what === 'order' ? entry.order.processedAt : entry.at));
    expect(instants).toEqual(instants.toSorted((a, b) => b - a));
  });

  it('given one part, then only that, in the same order', async () => {
    const whole = await walk('all', 200);
    expect(await walk('orders', 4)).toEqual(whole.filter((one) => one.startsWith('order')));
    expect(await walk('written', 4)).toEqual(whole.filter((one) => one.startsWith('tag')));
  });

  it('given an order whose contents are known, then it tells its channel and that a company bought', async () => {
    const { entries } = await customerTimeline(shop, ANNA, 'orders', null, 20);
    expect(entries.find((entry) => named(entry) === 'order 40')).toMatchObject({
      sourceName: 'pos',
      company: true,
    });
    expect(entries.find((entry) => named(entry) === 'order 38')).toMatchObject({
      sourceName: null,
      company: false,
    });
  });

  it('given offers of campaigns, then each tells its campaign, step and state, at the instant it was given', async () => {
    const { entries } = await customerTimeline(shop, ANNA, 'offers', null, 20);
    expect(entries).toHaveLength(6);
    expect(entries[0]).toMatchObject({
      what: 'offer',
      campaign: 'Come back',
      campaignId: 5,
      state: 'given',
      redeemed: false,
      at: Date.parse('2026-02-01T00:00:00Z'),
    });
    expect(entries.at(-1)).toMatchObject({ at: Date.parse('2026-01-01T00:00:00Z'), step: 2 });
  });

  it('given a customer without anything, or a place nobody told, then the front', async () => {
    expect(await customerTimeline(shop, 999, 'all', null, 5)).toEqual({
      entries: [],
      next: null,
      front: true,
    });
    const front = await customerTimeline(shop, BEN, 'all', null, 5);
    for (const made of ['x', '1_3_3', '1_0', "1_0_1'", '99999999999999999999_0_1'])
      expect(await customerTimeline(shop, BEN, 'all', made, 5)).toEqual(front);
  });
});
