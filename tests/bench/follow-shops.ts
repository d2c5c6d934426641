import { Client } from 'pg';
import { directory } from '#app/db.server.ts';
import { importShop } from '#app/jobs/import-shop.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { installShop } from '#app/models/shops.server.ts';
import { FAITHFUL } from '#tests/fake-shopify/delivery.ts';
import { generateShop } from '#tests/fake-shopify/generator.ts';
import type { FakeShopify } from '#tests/fake-shopify/server.ts';
import { PLANS, type FakeShop, type ShopPlan } from '#tests/fake-shopify/store.ts';
import { AT_ONCE, decide, drain, installed, storeToken } from '#tests/jobs/pipeline.ts';

/** Customers from which everything is written in bulk while the shops are prepared, because points come back slowly. */
const MANY = 1_000;

/** Shops of the same history, each with as many points per second as their plan gives. */
export async function preparedShops(scenario: {
  shops: number;
  customers: number;
  plan: keyof typeof PLANS;
  appUrl: string;
  apiKey: string;
  apiSecret: string;
}): Promise<{ shopify: FakeShopify; shops: FakeShop[] }> {
  const plan: ShopPlan = PLANS[scenario.plan];
  const shops = Array.from({ length: scenario.shops }, (_, n) => {
    const options = { name: `Shop ${n}`, currency: 'EUR', timeZone: 'UTC', seed: 7, historyDays: 500 };
    const { customers } = scenario;
    const domain = `follow-${n}.myshopify.com`;
    return generateShop({ ...options, domain, customers, plan, until: Date.now() - 3_600_000 }).shop;
  });
  const [first] = shops;
  if (first === undefined) throw new RangeError('no shops');
  const { apiKey, apiSecret, appUrl } = scenario;
  const { shopify } = await installed(first, { shops, apiKey, apiSecret, appUrl, bulkPace: AT_ONCE });
  shopify.delivery.faults = { ...FAITHFUL, lost: 1 };
  const office = shopify.shop(first.domain);
  office.bucket.setRestoreRate(scenario.customers < MANY ? 100_000 : 20);
  const row = await directory.shopByDomain(first.domain);
  if (row === null) throw new Error('the first shop is not installed');
  await decide(row.id, { writeBack: 'on' });
  await enqueue(importShop, { shopId: row.id, generation: row.generation });
  await drain();
  await closeQueue(1);
  office.bucket.setRestoreRate(plan.restoreRate);
  for (const shop of shops.slice(1)) await likeFirst(shopify, first, shop);
  await copyRows(row.id, shops, plan);
  shopify.delivery.faults = FAITHFUL;
  shopify.calls.clear();
  return { shopify, shops };
}

/** Installs the app into a shop and lets its customers carry what the first one's do. */
async function likeFirst(shopify: FakeShopify, first: FakeShop, shop: FakeShop): Promise<void> {
  const office = shopify.shop(shop.domain);
  office.installed = true;
  await installShop(shop.domain, [...office.scopes]);
  await storeToken(shopify, shop.domain);
  for (const customer of shop.customers.values()) {
    const { tags, metafields, updatedAt } = first.customers.get(customer.id) ?? customer;
    Object.assign(customer, { tags, metafields, updatedAt });
  }
}

/** Gives every shop the rows of the first: an import each would take minutes. */
async function copyRows(firstId: number, shops: FakeShop[], plan: ShopPlan): Promise<void> {
  const client = new Client(process.env.DATABASE_URL);
  await client.connect();
  await client.query('set session_replication_role = replica');
  const { rows } = await client.query<{ name: string; columns: string }>(
    `select c.table_name as name, string_agg(quote_ident(c.column_name), ', ') as columns
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where table_schema = 'public' and table_type = 'BASE TABLE' and column_name <> 'shop_id'
       and table_name not in ('shops', 'sessions', 'leases', 'inbox', '_prisma_migrations')
     group by 1`,
  );
  for (const { domain, shopifyId } of shops) {
    const facts = await client.query<{ id: string }>(
      `update shops set shopify_id = $2, currency = 'EUR', time_zone = 'UTC', shop_created_at = now() - interval '2 years',
         restore_rate = $3, bucket_size = $4 where domain = $1 returning shop_id as id`,
      [domain, shopifyId, plan.restoreRate, plan.bucket],
    );
    const id = Number(facts.rows[0]?.id);
    if (id === firstId) continue;
    for (const { name, columns } of rows) {
      await client.query(`delete from ${name} where shop_id = $1`, [id]);
      await client.query(
        `insert into ${name} (shop_id, ${columns}) select $2, ${columns} from ${name} where shop_id = $1`,
        [firstId, id],
      );
    }
  }
  await client.query('analyze');
  await client.end();
}
