import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { databaseNow, directory, sqlInShop } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import {
  addToLook,
  finishLook,
  openLook,
  type LookDetail,
  type LookKind,
} from '#app/models/reconciliations.server.ts';
import { noteApiUse } from '#app/models/shop-health.server.ts';
import { SCOPES } from '#app/shopify/asks-for.ts';
import { testDatabase } from '#tests/support/database.ts';
import { builtPages, storeScores, type BuiltPages } from './built-pages.ts';

testDatabase();
const STAFF = 1003;
let pages: BuiltPages;
let shop: string;
let shopId: number;

beforeAll(async () => {
  pages = await builtPages();
  [shop] = pages.shops;
  await pages.askAs(shop, '/app/progress');
  shopId = (await directory.shopByDomain(shop))!.id;
  await storeScores(shopId, 1001, 60);
});
beforeEach(async () => {
  await sqlInShop(shopId, async (client) => {
    for (const table of ['inbox', 'webhook_topics', 'reconciliations', 'unread_objects'])
      await client.query(`delete from ${table} where shop_id = $1`, [shopId]);
    await client.query(
      `update shops set scopes = $2, answered_version = null, spent_points = 0, parked_reason = null where shop_id = $1`,
      [shopId, SCOPES],
    );
  });
});
afterAll(async () => {
  await pages.close();
  await closeQueue(1);
});

/** The page as somebody who is mere staff sees it, as words. */
async function page(): Promise<string> {
  const answer = await pages.askAs(shop, `/app/health?shop=${shop}`, {}, STAFF);
  expect(answer.status).toBe(200);
  return (await answer.text())
    .replace(/<script[^]*?<\/script>|<style[^]*?<\/style>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}

async function looked(
  kind: LookKind,
  lookedAt: number,
  drift: number,
  detail: LookDetail = {},
): Promise<void> {
  const { id } = await openLook(shopId, kind);
  await sqlInShop(shopId, (client) => addToLook(client, shopId, id, { lookedAt, drift }));
  await finishLook(shopId, id, detail);
}

describe('the health page', () => {
  it('given a new shop, when staff open it, then nothing needs attention and what is not there yet is said', async () => {
    const words = await page();
    expect(words).toContain('Nothing. Rekindle is in step with your shop.');
    expect(words).toContain('Everything Shopify sent could be read.');
    expect(words).toContain('The first one comes a week after the import.');
    expect(words).toContain('Nothing so far of: Order placed, Order changed');
  });

  it('given webhooks that wait and were handled, then it says how long they take and when the last of each kind came', async () => {
    await sqlInShop(shopId, (client) =>
      client.query(
        `insert into inbox (shop_id, webhook_id, topic, received_at, handled_at)
         select $1, n::text, 'orders/create', clock_timestamp() - interval '1 hour',
           case when n > 2 then clock_timestamp() - interval '1 hour' + n * interval '1 second' end
         from generate_series(1, 40) n`,
        [shopId],
      ),
    );
    const words = await page();
    expect(words).toContain('News from Shopify waiting 2 The oldest has waited 1 h 0 min.');
    expect(words).toContain('Half of them are handled within 25 s');
    expect(words).toContain('95 of 100 within 40 s');
    expect(words).toContain('News from Shopify wait longer than usual');
    expect(words).toMatch(/Order placed \w+ \d+, \d{4}, \d\d:\d\d Nothing so far of: Order changed/);
  });

  it('drift is counted: given looks that found some, then each says so, and much of it needs attention', async () => {
    await looked('recent', 4_000, 2);
    expect(await page()).toContain('4,000 looked at, 2 differed without news of it.');
    expect(await page()).toContain('Nothing. Rekindle is in step');
    await looked('two-days', 100, 9);
    await looked('scores', 50, 1);
    await looked('counts', 900, 3);
    const words = await page();
    expect(words).toContain('11 of 4,100 orders and customers differed without news from Shopify');
    expect(words).toContain('Some scores were not those of the stored orders');
    expect(words).toContain('Shopify counted other numbers');
  });

  it('silence alarm: given no news of orders for unusually long, then it says since when and that nothing is missed', async () => {
    await looked('recent', 10, 0, { silentSince: (await databaseNow()) - 7_200_000 });
    expect(await page()).toMatch(/No news of orders from Shopify since .*Nothing is missed/);
  });

  it('B14: given answers by another API version, then it warns and names both', async () => {
    await noteApiUse(shopId, '2027-01', 1_234);
    const words = await page();
    expect(words).toContain('Shopify answers by API version 2027-01 instead of 2026-10');
    expect(words).toContain('Used today 1,234 points');
  });

  it('T7: given scopes that were taken away, then it says which feature is off and what to do', async () => {
    await sqlInShop(shopId, (client) =>
      client.query(
        `update shops set scopes = '{read_orders,read_products,read_customer_merge}' where shop_id = $1`,
        [shopId],
      ),
    );
    const words = await page();
    expect(words).toContain('Not allowed: write_customers Tags and metafields are not written.');
    expect(words).toContain('Not allowed: read_all_orders Only the last 60 days');
    expect(words).toContain('approve what it asks for');
  });

  it('given a parked shop, then the reason stands in words, with what to do', async () => {
    await sqlInShop(shopId, (client) =>
      client.query(`update shops set parked_reason = 'payment' where shop_id = $1`, [shopId]),
    );
    expect(await page()).toContain('because of an unpaid bill');
  });

  it('given nobody who is signed in, then nothing of it is shown', async () => {
    const answer = await pages.ask(`/app/health?_data=${encodeURIComponent('routes/app.health')}`);
    expect(answer.status).not.toBe(200);
    expect(await answer.text()).not.toContain('inbox');
  });
});
