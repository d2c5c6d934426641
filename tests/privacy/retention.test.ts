import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { databaseNow, directory, type ShopRow } from '#app/db.server.ts';
import { drain } from '#tests/jobs/pipeline.ts';
import { askAfterShops } from '#app/jobs/watch-shops.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { removeOld, RETENTIONS, type Retention } from '#app/models/retention.server.ts';
import { markUninstalled, parkShop } from '#app/models/shops.server.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';
import { readSchema } from '../../prisma/data-inventory.ts';

const owner = new Client(testDatabase());
let shop: ShopRow;
beforeAll(async () => {
  await owner.connect();
  shop = await testShop();
});
afterAll(async () => {
  await owner.end();
  await closeQueue(1);
});

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** A row of each table that is kept for so many days, made at this moment. */
const ROWS: Record<string, string> = {
  inbox: `(shop_id, webhook_id, topic, handled_at) values ($1, 'w', 'orders/create', now())`,
  data_requests: `(shop_id, webhook_id, customer_id, order_ids, made_at, file) values ($1, 'w', 1, '{}', now(), '{}')`,
  bulk_operations: `(shop_id, id, owner_id, kind, deadline) values ($1, 7, 1, 'orders', now())`,
  quarantined_lines: `(shop_id, operation_id, line_number, reason, excerpt) values ($1, 7, 1, 'r', 'e')`,
  reconciliations: `(shop_id, kind) values ($1, 'recent')`,
  writes: `(shop_id, run_id, customer_id, kind, value) values ($1, 1, 1, 'tag-add', 'v')`,
  write_runs: `(shop_id, generation, plan) values ($1, 1, '{}')`,
  undo_previews: `(shop_id, run_id) values ($1, 1)`,
  simulations: `(shop_id, version, wish) values ($1, 1, '{}')`,
  shopify_segment_readings: `(shop_id, id, gid) values ($1, 7, 'gid://shopify/Segment/1')`,
  shopify_segment_members: `(shop_id, reading_id, customer_id) values ($1, 7, 1)`,
  mail_minutes: `(shop_id, minute, sent) values ($1, now(), 1)`,
  survey_answers: `(shop_id, campaign_id, customer_id, reason) values ($1, 1, 1, 'price')`,
  access_log: `(shop_id, what, customer_ids) values ($1, 'names', '{1}')`,
};

const left = async ({ table, column }: Retention): Promise<number> => {
  const { rows } = await owner.query<{ n: number }>(
    `select count(${column ?? '*'})::int as n from ${table} where shop_id = $1`,
    [shop.id],
  );
  return rows[0]?.n ?? 0;
};

it('whatever the schema says is kept for a number of days has a rule with that number, and nothing else has', () => {
  const limited = new Set<string>();
  for (const { name, columns } of readSchema()) {
    const [first] = columns;
    const days = (retention = ''): string | undefined => /^(\d+) days$/.exec(retention)?.[1];
    const rows = days(first?.retention);
    if (rows !== undefined) limited.add(`${name} ${rows}`);
    for (const column of columns) {
      const own = days(column.retention);
      if (own !== undefined && own !== rows) limited.add(`${name}.${column.name} ${own}`);
    }
  }
  const ruled = RETENTIONS.map(
    ({ table, column, days }) => `${column ? `${table}.${column}` : table} ${days}`,
  );
  expect(ruled.sort()).toEqual([...limited].sort());
});

it('each of them is there an hour before its time and gone an hour after', async () => {
  const at = await databaseNow();
  for (const rule of RETENTIONS) {
    for (const [table, row] of Object.entries(ROWS)) {
      await owner.query(`insert into ${table} ${row} on conflict do nothing`, [shop.id]);
    }
    const before = await left(rule);
    expect([rule.table, await removeOld(shop.id, rule, at + rule.days * DAY - HOUR, 10)]).toEqual([
      rule.table,
      0,
    ]);
    expect([rule.table, await left(rule)]).toEqual([rule.table, before]);
    expect(before).toBeGreaterThan(0);
    // In portions, so that no transaction is long.
    for (let rest = before; rest > 0; rest -= 1) {
      expect(await removeOld(shop.id, rule, at + rule.days * DAY + HOUR, 1)).toBe(1);
    }
    expect([rule.table, await left(rule)]).toEqual([rule.table, 0]);
  }
});

it('what the law asks for waits, however old', async () => {
  await owner.query(`delete from inbox`);
  const old = Date.now() + 500 * DAY;
  const [inbox] = RETENTIONS;
  await owner.query(
    `insert into inbox (shop_id, webhook_id, topic) values ($1, 'a', 'customers/redact'),
    ($1, 'b', 'orders/create')`,
    [shop.id],
  );
  expect(await removeOld(shop.id, inbox!, old, 10)).toBe(1);
  const { rows } = await owner.query('select topic from inbox');
  expect(rows).toEqual([{ topic: 'customers/redact' }]);
});

it('given shops that are open, parked and removed, when a day is over, then old data of all of them goes', async () => {
  const shops = [shop, await testShop(), await testShop()];
  await parkShop(shops[1]!.id, 1, 'payment');
  await markUninstalled(shops[2]!.id);
  for (const { id } of shops) {
    await owner.query(
      `insert into access_log (shop_id, at, what, customer_ids)
      values ($1, now() - interval '401 days', 'names', '{}'), ($1, now() - interval '399 days', 'names', '{}')`,
      [id],
    );
  }
  const tidied = async () => (await directory.untidyShops()).map(({ id }) => id);
  expect(await tidied()).toEqual(shops.map(({ id }) => id));
  await askAfterShops();
  await drain({ onCrash: () => undefined, until: async () => (await tidied()).length === 0 });
  const { rows } = await owner.query(
    `select count(*)::int as n from access_log where at < now() - interval '2 days'`,
  );
  expect(rows).toEqual([{ n: shops.length }]);
  await owner.query(`update shops set tidied_at = now() - interval '25 hours' where shop_id = $1`, [shop.id]);
  expect(await tidied()).toEqual([shop.id]);
});
