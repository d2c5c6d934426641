// One measured process: a shop of stored customers is scored again, by the app and by SQL with ntile and UPDATE.
import { Client } from 'pg';
import { adminFor } from '#app/admin-for.server.ts';
import { closeDatabase } from '#app/db.server.ts';
import { closeQueue, openQueue } from '#app/jobs/queue.server.ts';
import { scoreCustomers } from '#app/jobs/score-customers.server.ts';
import { describeShop, installShop } from '#app/models/shops.server.ts';

/** Seconds of one round. */
export type RescoreRound = { customers: number; app: number; sql: number };

const customers = Number(process.argv[2] ?? 1_000_000);
const url = process.env.DATABASE_URL ?? '';
const { shop } = await installShop('rescore.myshopify.com', ['read_all_orders']);
const facts = { shopifyId: 2, currency: 'USD', timeZone: 'UTC', shopCreatedAt: Date.UTC(2020, 0, 1) };
const described = await describeShop(shop.id, facts);
const client = new Client(url);
await client.connect();
await openQueue();

// Two orders for every third customer, one for the others, spread over three years; money has a long tail.
await client.query(
  `insert into orders (shop_id, id, customer_id, created_at, processed_at, updated_at, test, financial_status,
     currency, total, refunded)
   select $1, n, 1 + n % $2, at, at, at, false, 'PAID', 'USD', 500 + (hashint4(n)::bigint + 2147483648) % 30000, 0
   from (select n, now() - make_interval(secs => 60 + (hashint4(n + 7)::bigint + 2147483648) % 94000000) as at
         from generate_series(1, ($2 * 4 / 3)::int) as n) as made`,
  [shop.id, customers],
);
await score();
// A day later: one customer in a hundred ordered.
await client.query(
  `insert into orders (shop_id, id, customer_id, created_at, processed_at, updated_at, test, financial_status,
     currency, total, refunded)
   select $1, 100000000 + n, n * 100, now(), now(), now(), false, 'PAID', 'USD', 2500, 0
   from generate_series(1, ($2 / 100)::int) as n`,
  [shop.id, customers],
);
await client.query('create table sql_scores as select customer_id, r, f, m from scores where shop_id = $1', [
  shop.id,
]);
await client.query('alter table sql_scores add primary key (customer_id)');
await client.query('analyze orders, sql_scores');

const app = await seconds(() => score());
const sql = await seconds(() =>
  client.query(
    `update sql_scores s set r = n.r, f = n.f, m = n.m from (
       select customer_id, ntile(5) over (order by day) as r, ntile(5) over (order by orders) as f,
         ntile(5) over (order by spent) as m
       from (select customer_id, max(processed_at::date) as day, count(*) as orders, sum(total - refunded) as spent
             from orders where shop_id = $1 and customer_id is not null and not test and cancelled_at is null
               and financial_status in ('PAID', 'PARTIALLY_PAID', 'PARTIALLY_REFUNDED') and total > refunded
             group by customer_id) as stats) as n
     where s.customer_id = n.customer_id and (s.r, s.f, s.m) is distinct from (n.r, n.f, n.m)`,
    [shop.id],
  ),
);
const round: RescoreRound = { customers, app, sql };
console.log(JSON.stringify(round));
await client.end();
await closeQueue();
await closeDatabase();

async function score(): Promise<void> {
  const context = { shop: described, admin: adminFor(described), signal: new AbortController().signal };
  await scoreCustomers.run({ shopId: shop.id, generation: shop.generation }, context);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
