import { sqlInShop } from '#app/db.server.ts';
import { issueCodes } from '#app/jobs/issue-codes.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { addCampaign, moveCampaign } from '#app/models/campaigns.server.ts';
import type { Arm, CampaignPlan, Offer, Step } from '#app/campaigns/plan.ts';
import { PLAIN_PLAN } from '#tests/campaigns/any-plan.ts';
import { addCustomer } from '#tests/fake-shopify/store-customers.ts';
import { createShop, PLANS } from '#tests/fake-shopify/store.ts';
import { drain, installed, type DrainOptions, type Pipeline } from './pipeline.ts';

let shops = 0;

/** A shop in Los Angeles with customers 1 to `customers` and one product, in which the app is installed. */
export async function shopOf(customers: number, appUrl?: string): Promise<Pipeline> {
  const fake = createShop({
    domain: `codes-${process.pid}-${++shops}.myshopify.com`,
    name: 'Codes',
    currency: 'EUR',
    timeZone: 'America/Los_Angeles',
    createdAt: Date.UTC(2024, 0, 1),
    plan: PLANS.plus,
  });
  fake.products.set(11, { id: 11, title: 'Tea', type: 'Drinks', vendor: 'Leaf', price: 1290 });
  for (let id = 1; id <= customers; id += 1) addCustomer(fake, { id, createdAt: 1 });
  const made = await installed(fake, { timeScale: 10_000, ...(appUrl !== undefined && { appUrl }) });
  await sqlInShop(made.shop.id, (client) =>
    client.query(`update shops set currency = 'EUR', time_zone = 'America/Los_Angeles' where shop_id = $1`, [
      made.shop.id,
    ]),
  );
  return made;
}

/** 15 % off everything. */
export const PERCENT: Offer = { kind: 'percentage', percent: 15, minimum: null, on: { kind: 'all' } };

/** A step with one group that gets an offer. */
export function stepOf(offer: Offer, validDays = 14): Step {
  const arm: Arm = { offer, subject: '', body: '', hour: null };
  return { kind: 'message', waitDays: 0, validDays, branches: [{ when: null, arms: [arm] }] };
}

/** A plan of such steps. */
export function planOf(ladder: Step[], more: Partial<CampaignPlan> = {}): CampaignPlan {
  return {
    ...PLAIN_PLAN,
    guards: { ...PLAIN_PLAN.guards, codesPerYear: 5 },
    ladder,
    ...more,
  };
}

let operations = 0;

/** A campaign that runs, in which customers have approved offers of a step. */
export async function running(
  { shop }: Pipeline,
  customers: readonly number[],
  plan: CampaignPlan = planOf([stepOf(PERCENT)]),
  step = 0,
): Promise<number> {
  operations += 1;
  const made = await addCampaign(shop.id, 1, { name: 'Lapsed', plan, operation: `o-${operations}` });
  if (!made.ok) throw new Error(made.reason);
  await moveCampaign(shop.id, 1, { id: made.id, revision: made.revision, move: 'launch' });
  await approve(shop.id, made.id, customers, step);
  return made.id;
}

/** Approves offers of a step for customers. */
export async function approve(
  shopId: number,
  campaignId: number,
  customers: readonly number[],
  step = 0,
): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `insert into offers (shop_id, campaign_id, customer_id, entry, step, branch, arm, version, needs_code, state)
       select $1, $2, id, 1, $4, 0, 0, 1, true, 'approved' from unnest($3::int8[]) id`,
      [shopId, campaignId, customers, step],
    ),
  );
}

/** Asks for the job and runs what comes of it until nothing is queued. */
export async function issue({ shop }: Pipeline, options: DrainOptions = {}): Promise<void> {
  await enqueue(issueCodes, { shopId: shop.id, generation: shop.generation });
  await drain(options);
}

export type StoredOffer = {
  customer: number;
  step: number;
  state: string;
  reason: string | null;
  code: string | null;
  discount: number | null;
  withdraw: number | null;
  redeemed: number | null;
};

/** The offers of a campaign by customer and step. */
export function offersOf({ shop }: Pipeline, campaignId: number): Promise<StoredOffer[]> {
  return sqlInShop(shop.id, async (client) => {
    const { rows } = await client.query<StoredOffer>(
      `select customer_id as customer, step, state, reason, code, discount_id as discount, withdraw_at as withdraw,
         redeemed_order as redeemed from offers where shop_id = $1 and campaign_id = $2 order by customer_id, step`,
      [shop.id, campaignId],
    );
    return rows;
  });
}

/** Each code at the stand-in that is not a discount's first, with the title of its discount. */
export function codesAtShopify({ fake }: Pipeline): Map<string, string> {
  const codes = [...fake.discounts.values()].flatMap(({ codes: its, title }) =>
    [...its.values()].slice(1).map(({ code }) => [code, title] as const),
  );
  return new Map(codes);
}
