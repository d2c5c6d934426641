import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { CampaignPlan, Offer, Step } from '#app/campaigns/plan.ts';
import { ageCampaign } from './demo-aging.ts';
import { waitingJobs } from './demo-database.ts';
import { shopOn, type HandedOver } from './demo-shoppers.ts';
import type { Stage } from './demo-stage.ts';
import { randomSource } from './generator-random.ts';
import type { ShopTruth } from './generator.ts';
import type { FakeShop } from './store.ts';

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 500;
/** A campaign that has not moved for so long is a fault. */
const PATIENCE_MS = 120_000;
const OBSERVED_DAYS = 45;
const MARGIN_PERCENT = 55;

const says = (offer: Offer, waitDays: number, subject: string, body: string): Step => ({
  kind: 'message',
  waitDays,
  validDays: 14,
  branches: [{ when: null, arms: [{ offer, subject, body, hour: null }] }],
});

const LADDER = [
  says({ kind: 'none' }, 0, 'We roasted something new', 'Hello {{ customer.first_name | default: "there" }}'),
  says({ kind: 'free-shipping', minimum: null }, 3, 'Delivery is on us', 'Your code: {{ offer.code }}'),
  says(
    { kind: 'percentage', percent: 10, minimum: null, on: { kind: 'all' } },
    4,
    '10 % off, until {{ offer.ends }}',
    'Your code: {{ offer.code }}',
  ),
];

const PLAN: CampaignPlan = {
  audience: {
    source: { kind: 'segments', slugs: ['at-risk', 'cant-lose-them', 'hibernating', 'about-to-sleep'] },
    leaveOut: [],
    consent: 'any',
    restDays: 30,
    quietDays: 90,
    overdueOnly: true,
  },
  holdOut: 0.4,
  observeDays: OBSERVED_DAYS,
  joinDays: 0,
  again: { kind: 'never' },
  mode: 'live',
  delivery: 'codes',
  combines: false,
  guards: { budget: null, codesPerYear: 4, leastMargin: null },
  ladder: LADDER,
};

/** Days that pass between looks at the first campaign: each of its steps, then as long as orders are compared. */
const PASSING = [3, 4, 10, 15, OBSERVED_DAYS - 30];

/**
 * Two campaigns of the demo's shop. The first has had its weeks: its shoppers, whose true response only the stand-in
 * knows, ordered meanwhile, and what it shows the app has worked out of their orders. The second runs, and waits for
 * staff.
 */
export async function playCampaigns(
  { merchant, app, fake }: Stage,
  databaseUrl: string,
  shop: FakeShop,
  truth: ShopTruth,
  say: (text: string) => void,
): Promise<void> {
  const random = randomSource(7);
  const launch = async (name: string, plan: CampaignPlan): Promise<number> => {
    const fields = { operation: randomUUID(), name, plan: JSON.stringify(plan) };
    const made = (await merchant.post('/app/campaigns/new', 'routes/app.campaigns.new', fields)) as {
      result: string;
      id: number;
      revision: number;
    };
    if (made.result !== 'saved') throw new Error(`the campaign was not made: ${JSON.stringify(made)}`);
    await merchant.post(`/app/campaigns/${made.id}?index`, 'routes/app.campaigns.$campaignId._index', {
      act: 'launch',
      revision: String(made.revision),
    });
    return made.id;
  };
  // What the merchant says in Settings: without it nothing is known of what goods without a cost earn.
  await ask(databaseUrl, 'update settings set margin_percent = $1, version = version + 1', [MARGIN_PERCENT]);
  const first = await launch('Autumn win-back', PLAN);
  say('A campaign begins, and has its weeks behind it …');
  await quiet(databaseUrl, app.died, first);
  const gone = new Set<number>();
  for (const days of PASSING) {
    const handed = await handedOver(databaseUrl, first);
    for (const customerId of gone) handed.delete(customerId);
    for (const discount of shop.discounts.values()) {
      discount.startsAt -= days * DAY_MS;
      if (discount.endsAt !== null) discount.endsAt -= days * DAY_MS;
    }
    await ageCampaign(databaseUrl, first, days);
    for (const customerId of shopOn(shop, truth, random, handed, days, fake.clock.now()))
      gone.add(customerId);
    await quiet(databaseUrl, app.died, first);
  }
  const second = await launch('Back before winter', {
    ...PLAN,
    audience: { ...PLAN.audience, restDays: 0, quietDays: 30, overdueOnly: false },
    mode: 'manual',
    holdOut: 0.2,
  });
  await quiet(databaseUrl, app.died, second);
  say('Two campaigns: one has ended, one waits for staff.');
}

/** What each customer of a campaign has in hand. */
async function handedOver(databaseUrl: string, campaignId: number): Promise<Map<number, HandedOver | null>> {
  const rows = await ask<{ customer: string; step: number | null; code: string | null }>(
    databaseUrl,
    `select m.customer_id as customer, o.step, o.code from campaign_members m left join lateral (
       select step, code from offers where shop_id = m.shop_id and campaign_id = m.campaign_id
         and customer_id = m.customer_id and state = 'given' and withdrawn_at is null order by step desc limit 1
     ) o on true where m.campaign_id = $1 order by 1`,
    [campaignId],
  );
  const offer = (place: number): HandedOver['offer'] => {
    const kind = LADDER[place]?.branches[0]?.arms[0]?.offer.kind;
    return kind === 'free-shipping' || kind === 'percentage' ? kind : 'none';
  };
  return new Map(
    rows.map(({ customer, step, code }) => [
      Number(customer),
      step === null ? null : { offer: offer(step), code },
    ]),
  );
}

/** What there is to do for a campaign now; writing segments waits for the merchant. */
const TO_DO = `select 'campaign' as what, count(*)::int as n from campaigns
    where id = $1 and (state = 'running' and launched_at is null or look_at <= clock_timestamp())
  union all select 'offers', count(*) from offers where campaign_id = $1 and state in ('approved', 'ready', 'sending')
  union all select 'customers', count(*) from campaign_members where campaign_id = $1 and due_at <= clock_timestamp()
  union all select 'result', count(*) from campaigns c where id = $1 and state = 'finished'
    and not exists (select from campaign_looks l where l.shop_id = c.shop_id and l.campaign_id = c.id and l.final)
  union all select 'webhooks', count(*) from inbox where handled_at is null
  union all select kind, count(*) from pending where kind <> 'write' group by kind`;

/** Waits until there is nothing to do for a campaign now, and nothing of the shop's waits. */
async function quiet(databaseUrl: string, died: Promise<never>, campaignId: number): Promise<void> {
  let moved = { text: '', at: Date.now() };
  for (let calm = 0; calm < 3;) {
    const rows = await ask<{ what: string; n: number }>(databaseUrl, TO_DO, [campaignId]);
    const waits = rows.filter(({ n }) => n > 0);
    calm = waits.length === 0 && (await waitingJobs(databaseUrl)) === 0 ? calm + 1 : 0;
    const text = JSON.stringify(waits);
    if (text !== moved.text) moved = { text, at: Date.now() };
    if (Date.now() - moved.at > PATIENCE_MS) throw new Error(`the campaign stands still: ${text}`);
    await Promise.race([sleep(LOOK_EVERY_MS), died]);
  }
}

async function ask<T extends object>(databaseUrl: string, sql: string, values: unknown[]): Promise<T[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(
      `select set_config('app.shop_id', (select shop_id::text from shops order by shop_id limit 1), true)`,
    );
    const { rows } = await client.query<T>(sql, values);
    await client.query('commit');
    return rows;
  } finally {
    await client.end();
  }
}
