import type { Client } from 'pg';
import { drawsOf } from '#app/campaigns/bootstrap.ts';
import { campaignFigures, type CampaignFigures, type GroupSums } from '#app/campaigns/figures.ts';
import type { CampaignPlan, Offer, Step } from '#app/campaigns/plan.ts';
import { sqlInShop } from '#app/db.server.ts';
import { keepLook } from '#app/models/campaign-looks.server.ts';
import { PLAIN_PLAN, storeCampaign } from '#tests/jobs/stored-campaign.ts';

/** Campaigns that are there to be looked at, by where they stand. */
export type StoredCampaigns = { shopId: number; draft: number; paused: number; finished: number };

const DAY_MS = 86_400_000;
const step = (kind: Step['kind'], offer: Offer, waitDays: number): Step => ({
  kind,
  waitDays,
  validDays: 14,
  branches: [
    {
      when: null,
      arms: [{ offer, subject: '20 %', body: 'VOLT {{ offer.code }}\n{{ survey.link }}', hour: null }],
    },
  ],
});
const PLAN: CampaignPlan = {
  ...PLAIN_PLAN,
  mode: 'manual',
  delivery: 'mail',
  guards: { budget: 500_00, codesPerYear: 4, leastMargin: 0.2 },
  ladder: [
    step('message', { kind: 'percentage', percent: 20, minimum: null, on: { kind: 'all' } }, 0),
    step('message', { kind: 'free-shipping', minimum: 20_00 }, 5),
    step('survey', { kind: 'none' }, 9),
  ],
};

/** Of two groups of so many, of whom a part ordered. */
function figures(customers: number, final: boolean): CampaignFigures {
  const buyersOf = (share: number) => Math.round(customers * share);
  const group = (share: number): GroupSums => ({
    customers,
    buyers: buyersOf(share),
    orders: buyersOf(share),
    revenue: buyersOf(share) * 5_000,
    revenueSquares: buyersOf(share) * 3e7,
    profit: buyersOf(share) * 2_500,
    profitSquares: buyersOf(share) * 7.5e6,
    discount: buyersOf(share) * 100,
  });
  const side = (share: number) => ({
    customers,
    values: Array.from({ length: buyersOf(share) }, () => 2_500),
  });
  const given = {
    step: 0,
    given: customers,
    redeemed: 31,
    buyers: 40,
    orders: 42,
    profit: 90_000,
    discount: 4_200,
  };
  return campaignFigures(
    {
      treated: group(0.12),
      held: group(0.06),
      strata: [{ treated: side(0.12), held: side(0.06) }],
      arms: [],
      steps: [given],
      movement: { treated: { of: 900, better: 90, worse: 45 }, held: { of: 900, better: 45, worse: 90 } },
      orders: { compared: 200, read: 198, costed: 150, enough: true },
    },
    {
      currency: 'EUR',
      denied: null,
      endedEarly: false,
      share: 0.5,
      margin: 0.5,
      expected: { profit: 1e4, revenue: 4e4, conversion: 1e-4, worth: 250 },
      final,
      random: drawsOf(1),
    },
  );
}

/**
 * Stores a draft, a campaign that is paused while offers wait for staff, and one that has ended with a result and
 * answers. Nothing of them is on its way, so they stay as they are.
 */
export async function storeCampaigns(database: Client): Promise<StoredCampaigns> {
  const { rows: shops } = await database.query<{ id: number }>('select shop_id::float8 as id from shops');
  const shopId = shops[0]!.id;
  const { rows } = await database.query<{ id: number }>(
    'select customer_id::float8 as id from scores order by monetary desc, customer_id limit 12',
  );
  const people = rows.map(({ id }, i) => ({ id, heldOut: i % 3 === 2 }));
  const treated = people.filter(({ heldOut }) => !heldOut);
  const base = { enteredAt: Date.now() - 3 * DAY_MS, members: [], offers: [], plan: PLAN };
  const draft = await storeCampaign(shopId, { ...base, name: 'Volt 1', state: 'draft' });
  await sqlInShop(shopId, (client) =>
    client.query('update campaigns set launched_at = null, ends_at = null where id = $1', [draft]),
  );
  const paused = await storeCampaign(shopId, {
    ...base,
    name: 'Volt 2',
    state: 'paused',
    members: people,
    offers: treated.map(({ id: customerId }) => ({ customerId, step: 0, arm: 0, givenAt: Date.now() })),
  });
  await sqlInShop(shopId, async (client) => {
    await client.query(`update campaigns set pause_reason = 'discount-gone' where id = $1`, [paused]);
    await client.query(
      `update offers set needs_code = true, given_at = null,
         state = case customer_id % 4 when 1 then 'skipped' when 2 then 'dropped' else 'review' end,
         reason = case customer_id % 4 when 1 then 'complaint' when 2 then 'no-consent' end
       where campaign_id = $1`,
      [paused],
    );
  });
  const finished = await storeCampaign(shopId, {
    ...base,
    name: 'Volt 3',
    state: 'finished',
    enteredAt: Date.now() - 40 * DAY_MS,
    members: people,
  });
  await sqlInShop(shopId, async (client) => {
    await client.query('update campaigns set ended_at = ends_at where id = $1', [finished]);
    const day = Math.floor(Date.now() / DAY_MS);
    for (const days of [20, 12, 5, 0])
      await keepLook(client, shopId, finished, {
        day: day - days,
        final: days === 0,
        figures: figures(1_000 - 10 * days, days === 0),
      });
    await client.query(
      `insert into survey_answers (shop_id, campaign_id, customer_id, reason, words)
       select $1, $2, customer_id, case customer_id % 2 when 0 then 'price' else 'delivery' end,
         case when customer_id % 2 = 0 then '…' end
       from campaign_members where shop_id = $1 and campaign_id = $2`,
      [shopId, finished],
    );
  });
  return { shopId, draft, paused, finished };
}
