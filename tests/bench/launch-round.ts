// One measured process: a campaign to a hundred thousand customers is counted, as its wizard does, and launched.
import { Client } from 'pg';
import { closeDatabase } from '#app/db.server.ts';
import { askAudience, countCampaignAudience } from '#app/models/campaign-audience.server.ts';
import { drawCampaign } from '#app/models/campaign-launch.server.ts';
import { addCampaign, campaign, moveCampaign } from '#app/models/campaigns.server.ts';
import { installShop } from '#app/models/shops.server.ts';
import { planOf } from '../campaigns/plans.ts';
import { storeScores } from '../routes/built-pages.ts';

/** Seconds, the growth of the process's memory in MB, and how many took part. */
export type LaunchRound = { members: number; count: number; launch: number; megabytes: number };

const customers = Number(process.argv[2] ?? 100_000);
const { shop } = await installShop('launch.myshopify.com', ['read_all_orders']);
await storeScores(shop.id, 1, 1000);
const client = new Client(process.env.DATABASE_URL ?? '');
await client.connect();
await client.query('begin');
await client.query(`select set_config('app.shop_id', $1::text, true)`, [shop.id]);
// Ten times as many again as the first thousand, with their consents, and what tells when their next order is due.
await client.query(
  `insert into scores (shop_id, customer_id, last_order_day, frequency, monetary, r, f, m, segment, since)
   select shop_id, n * 1000 + customer_id, last_order_day - (n % 300), frequency, monetary, r, f, m, segment, since
   from scores, generate_series(1, $2::int / 1000) n where shop_id = $1`,
  [shop.id, customers],
);
await client.query(
  `insert into customers (shop_id, id, created_at, updated_at, email_consent, company_ids, tags)
   select $1, customer_id, now(), now(), case when customer_id % 5 > 0 then 'SUBSCRIBED' end, '{}', '{}'
   from scores where shop_id = $1`,
  [shop.id],
);
await client.query(
  `insert into bought (shop_id, customer_id, run_id, order_days, products, types, vendors, channels)
   select $1, customer_id, (select max(id) from score_runs where shop_id = $1),
     array[last_order_day - 60, last_order_day - 30, last_order_day], '{}', '{}', '{}', '{}'
   from scores where shop_id = $1`,
  [shop.id],
);
await client.query('commit');
await client.query('analyze scores, customers, bought');
await client.query('update settings set cycle_length = 45, cycle_unit = $2 where shop_id = $1', [
  shop.id,
  'days',
]);
await client.end();

const plan = planOf({}, { consent: 'email', overdueOnly: true, restDays: 30, quietDays: 30 });
const made = await addCampaign(shop.id, 1, { name: 'Launch', plan, operation: 'bench' });
if (!made.ok) throw new Error(made.reason);
await moveCampaign(shop.id, 1, { id: made.id, revision: made.revision, move: 'launch' });
const count = await seconds(() => countCampaignAudience(shop.id, plan.audience));
let peak = process.memoryUsage.rss();
const before = peak;
const watching = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
const launch = await seconds(async () => {
  const audience = await askAudience(shop.id, plan.audience);
  if (typeof audience === 'string') throw new Error(audience);
  await drawCampaign(shop.id, made.id, audience);
});
clearInterval(watching);
const drawn = (await campaign(shop.id, made.id))?.audience;
const round: LaunchRound = {
  members: (drawn?.treated ?? 0) + (drawn?.heldOut ?? 0),
  count,
  launch,
  megabytes: (peak - before) / 1e6,
};
console.log(JSON.stringify(round));
await closeDatabase();

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
