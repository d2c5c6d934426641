import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GroupSums } from '#app/campaigns/figures.ts';
import { finalInterval } from '#app/campaigns/money-lift.ts';
import { orderProfit } from '#app/campaigns/order-profit.ts';
import { sqlInShop } from '#app/db.server.ts';
import { measureCampaigns } from '#app/jobs/measure-campaigns.server.ts';
import { closeQueue, enqueue } from '#app/jobs/queue.server.ts';
import { campaignEvents } from '#app/models/campaign-events.server.ts';
import { campaignLooks, campaignsToMeasure, RESTATED_DAYS } from '#app/models/campaign-looks.server.ts';
import { refundedOf, placeOrder, type FakeOrder } from '#tests/fake-shopify/store-orders.ts';
import { testDatabase } from '#tests/support/database.ts';
import { PLAIN_PLAN, storeCampaign } from './stored-campaign.ts';
import { decide, drain, installed, runPipeline, smallShop, type Pipeline } from './pipeline.ts';

testDatabase();
afterAll(() => closeQueue(1));

const DAY = 86_400_000;
const MARGIN = 0.55;
let pipeline: Pipeline;
/** When members of the finished campaign entered, and of the one that runs; whole seconds, as the database has them. */
const ENTERED = Math.floor(Date.now() / 1000) * 1000 - 50 * DAY;
const LATELY = Math.floor(Date.now() / 1000) * 1000 - 6 * DAY;
let members: { id: number; heldOut: boolean }[];
let [finished, running] = [0, 0];

beforeAll(async () => {
  const fake = smallShop({ customers: 300, shares: { refundedPartly: 0.1 } });
  const people = [...fake.customers.keys()];
  members = people.slice(0, 240).map((id, i) => ({ id, heldOut: i % 3 === 0 }));
  const product = [...fake.products.values()].find(({ cost }) => cost !== null)!;
  // Treated customers answer to a free shipping and to a discount, as it is known here.
  for (const { id } of members.filter(({ heldOut }, i) => !heldOut && i % 4 === 1))
    placeOrder(fake, {
      customerId: id,
      createdAt: ENTERED + 5 * DAY,
      total: 4_000,
      tax: 600,
      shipping: 490,
      discount: 890,
      givenShipping: 490,
      lineItems: [
        { id: id + 9e9, productId: product.id, title: 'x', vendor: null, quantity: 2, amount: 4_400 },
      ],
    });
  // Nobody says what these cost; one was ordered a moment too early and one too late.
  for (const [i, at] of [10 * DAY, -1_000, 30 * DAY].entries())
    placeOrder(fake, { customerId: members[i]!.id, createdAt: ENTERED + at, total: 70_000, tax: 10_000 });
  // Given away in full: nothing was paid, and what went out cost all the same.
  placeOrder(fake, {
    customerId: members[1]!.id,
    createdAt: ENTERED + 12 * DAY,
    total: 0,
    discount: 5_000,
    lineItems: [{ id: 77e9, productId: product.id, title: 'x', vendor: null, quantity: 3, amount: 5_000 }],
  });
  pipeline = await installed(fake);
  await runPipeline(pipeline);
  await decide(pipeline.shop.id, { marginPercent: MARGIN * 100 });
  const { id } = pipeline.shop;
  const treated = members.filter(({ heldOut }) => !heldOut);
  finished = await storeCampaign(id, {
    state: 'finished',
    enteredAt: ENTERED,
    members,
    offers: treated.flatMap((one, i) => [
      { customerId: one.id, step: 0, arm: i % 2, givenAt: ENTERED + 1_000 },
      ...(i % 2 === 0 ? [{ customerId: one.id, step: 1, arm: 0, givenAt: ENTERED + 8 * DAY }] : []),
    ]),
  });
  running = await storeCampaign(id, { state: 'running', enteredAt: LATELY, members, offers: [] });
  await measure();
});
afterAll(() => pipeline.close());

async function measure(): Promise<void> {
  const { shop } = pipeline;
  await enqueue(measureCampaigns, { shopId: shop.id, generation: shop.generation });
  await drain();
}

const latest = async (id: number) => (await campaignLooks(pipeline.shop.id, id)).at(-1)!;

/** What an order earned, from what the shop knows of it and nothing that the app stored. */
function earned(order: FakeOrder): number {
  // Prices hold the tax, those of what was given away as well.
  const kept = order.total === 0 ? 1 : (order.total - refundedOf(order)) / order.total;
  const untaxed = (price: number) =>
    order.total === 0 ? price : price - Math.round((order.tax * price) / order.total);
  const goods = untaxed(order.total - order.shipping + order.givenShipping);
  const costs = order.lineItems.map(({ productId, quantity }) => {
    const cost = productId === null ? null : pipeline.fake.products.get(productId)?.cost;
    const left = order.financialStatus === 'REFUNDED' ? 0 : quantity;
    return cost === null || cost === undefined ? (left === 0 ? 0 : NaN) : cost * left;
  });
  const cost = costs.length === 0 ? NaN : costs.reduce((sum, each) => sum + each, 0);
  const amount = order.total - refundedOf(order);
  return orderProfit(
    {
      amount,
      passedOn: amount - kept * (goods - untaxed(order.givenShipping)),
      discount: kept * untaxed(order.discount),
      cost: Number.isNaN(cost) ? null : cost,
    },
    MARGIN,
  );
}

/** Counts a group order by order. */
function slowly(heldOut: boolean, from: number, until: number): Omit<GroupSums, 'discount'> {
  const sums = {
    customers: 0,
    buyers: 0,
    orders: 0,
    revenue: 0,
    revenueSquares: 0,
    profit: 0,
    profitSquares: 0,
  };
  for (const member of members.filter((one) => one.heldOut === heldOut)) {
    const orders = comparedOf(member.id, from, until);
    const revenue = orders.reduce((sum, order) => sum + order.total - refundedOf(order), 0);
    const profit = orders.reduce((sum, order) => sum + earned(order), 0);
    sums.customers += 1;
    sums.buyers += orders.length > 0 ? 1 : 0;
    sums.orders += orders.length;
    sums.revenue += revenue;
    sums.revenueSquares += revenue ** 2;
    sums.profit += profit;
    sums.profitSquares += profit ** 2;
  }
  return sums;
}

function comparedOf(customerId: number, from: number, until: number): FakeOrder[] {
  return [...pipeline.fake.orders.values()].filter(
    (order) =>
      order.customerId === customerId &&
      order.processedAt >= from &&
      order.processedAt < until &&
      !order.test &&
      order.cancelledAt === null &&
      ['PAID', 'PARTIALLY_PAID', 'PARTIALLY_REFUNDED', 'REFUNDED'].includes(order.financialStatus) &&
      order.currency === pipeline.fake.currency,
  );
}

function expectGroup(found: GroupSums, expected: ReturnType<typeof slowly>): void {
  for (const key of ['customers', 'buyers', 'orders'] as const)
    expect([key, found[key]]).toEqual([key, expected[key]]);
  for (const key of ['revenue', 'profit'] as const) expect(found[key]! / expected[key]!).toBeCloseTo(1, 6);
  for (const key of ['revenueSquares', 'profitSquares'] as const)
    expect(found[key] / expected[key]).toBeCloseTo(1, 4);
}

describe('given a campaign that everybody was watched in', () => {
  it('then both groups are what counting order by order says, and the result is final', async () => {
    const { final, figures } = await latest(finished);
    expect(final).toBe(true);
    expectGroup(figures.treated, slowly(false, ENTERED, ENTERED + 30 * DAY));
    expectGroup(figures.held, slowly(true, ENTERED, ENTERED + 30 * DAY));
    const { compared, read, costed } = figures.orders;
    expect(compared).toBe(figures.treated.orders + figures.held.orders);
    expect(read).toBe(compared);
    expect(costed).toBeGreaterThan(0);
    expect(costed).toBeLessThan(compared);
    expect(figures).toMatchObject({ margin: MARGIN, share: 1 / 3 });
    const side = ({ customers, buyers, profit, profitSquares }: GroupSums) => ({
      customers,
      buyers,
      sum: profit ?? NaN,
      squares: profitSquares,
    });
    expect(figures.profit).toEqual(finalInterval(side(figures.treated), side(figures.held), 0.95));
    expect(figures.beside?.welch?.difference).toBeCloseTo(figures.profit!.difference, 6);
  });

  it('then arms and steps are told by the orders after them', async () => {
    const { figures } = await latest(finished);
    const treated = members.filter(({ heldOut }) => !heldOut);
    expect(figures.arms.map(({ step, arm, customers }) => [step, arm, customers])).toEqual([
      [0, 0, Math.ceil(treated.length / 2)],
      [0, 1, Math.floor(treated.length / 2)],
    ]);
    const after = (arm: number) =>
      treated
        .filter((_, i) => i % 2 === arm)
        .flatMap(({ id }) => comparedOf(id, ENTERED + 1_000, ENTERED + 30 * DAY)).length;
    expect(figures.arms.map(({ orders }) => orders)).toEqual([after(0), after(1)]);
    const second = treated
      .filter((_, i) => i % 2 === 0)
      .flatMap(({ id }) => comparedOf(id, ENTERED + 8 * DAY, ENTERED + 30 * DAY)).length;
    expect(figures.steps.map(({ step, orders }) => [step, orders])).toEqual([
      [0, after(0) + after(1) - second],
      [1, second],
    ]);
  });

  it('then nothing is measured again on the same day, and a refund on a later one restates it with a note', async () => {
    const { id } = pipeline.shop;
    const before = await latest(finished);
    expect(await campaignsToMeasure(id, before.day)).toEqual([]);
    expect(await campaignsToMeasure(id, before.day + RESTATED_DAYS + 1)).toMatchObject([{ id: running }]);
    await sqlInShop(id, async (client) => {
      await client.query('update campaign_looks set day = day - 1 where shop_id = $1', [id]);
      await client.query(
        `update orders set refunded = total / 2, financial_status = 'PARTIALLY_REFUNDED' where shop_id = $1 and total = 70000
           and processed_at > to_timestamp($2::float8 / 1000) and processed_at < to_timestamp($3::float8 / 1000)`,
        [id, ENTERED, ENTERED + 30 * DAY],
      );
    });
    await measure();
    const looks = await campaignLooks(id, finished);
    expect(looks.map(({ final }) => final)).toEqual([true, true]);
    expect(looks[1]!.figures.held.revenue).toBeCloseTo(looks[0]!.figures.held.revenue - 35_000, 6);
    const told = (await campaignEvents(id, finished, 10)).filter(({ what }) => what === 'restated');
    expect(told.map(({ by, detail }) => [by, detail['revenueBefore']])).toEqual([
      [null, Math.round(looks[0]!.figures.revenue!.difference * 100) / 100],
    ]);
    // The next day brings no news.
    await sqlInShop(id, (client) =>
      client.query('update campaign_looks set day = day - 1 where shop_id = $1', [id]),
    );
    await measure();
    expect((await campaignEvents(id, finished, 10)).filter(({ what }) => what === 'restated')).toHaveLength(
      1,
    );
  });
});

describe('given a campaign that runs', () => {
  it('then what it shows so far is held against the bounds for looks while it runs, and is not final', async () => {
    const { final, figures } = (await campaignLooks(pipeline.shop.id, running))[0]!;
    expect(final).toBe(false);
    expect(figures.beside).toBeNull();
    expect(figures.arms).toEqual([]);
    expectGroup(figures.treated, slowly(false, LATELY, Date.now()));
    expect(figures.expected!.profit).toBeGreaterThan(0);
    const looks = await campaignLooks(pipeline.shop.id, running);
    expect(new Set(looks.map((look) => look.figures.expected?.profit)).size).toBe(1);
  });
});

describe('given a margin that the merchant changes after the final result', () => {
  it('then the final result and its movement stay as they were, and one that runs has the new margin', async () => {
    const { id } = pipeline.shop;
    const before = await latest(finished);
    await decide(id, { marginPercent: 20 });
    await sqlInShop(id, async (client) => {
      await client.query('update campaign_looks set day = day - 1 where shop_id = $1', [id]);
      await client.query(`update scores set segment = 'champions' where shop_id = $1`, [id]);
    });
    await measure();
    const after = await latest(finished);
    expect(after.day).toBe(before.day);
    expect(after.figures).toMatchObject({ margin: MARGIN, profit: before.figures.profit });
    expect(after.figures.movement).toEqual(before.figures.movement);
    expect((await latest(running)).figures.margin).toBe(0.2);
    await decide(id, { marginPercent: MARGIN * 100 });
  });
});

describe('given orders of which was never read what they earned', () => {
  const measureAnew = async (denied: boolean) => {
    const { id } = pipeline.shop;
    await sqlInShop(id, async (client) => {
      await client.query('delete from campaign_looks where shop_id = $1', [id]);
      if (denied) await client.query('delete from order_earnings where shop_id = $1', [id]);
    });
    await measure();
    return (await latest(finished)).figures;
  };

  it('then nothing is said of profit, and what Shopify wants is told', async () => {
    const office = pipeline.shopify.shop(pipeline.fake.domain);
    const scopes = office.scopes;
    office.scopes = new Set([...scopes].filter((scope) => scope !== 'read_products'));
    const figures = await measureAnew(true);
    expect(figures).toMatchObject({
      profit: null,
      verdict: 'cannot-tell',
      orders: { read: 0, enough: false },
    });
    expect(figures.denied).toContain('read_products');
    expect(figures.treated.revenue).toBeGreaterThan(0);
    office.scopes = scopes;
    expect(await measureAnew(true)).toMatchObject({ denied: null, orders: { enough: true } });
  });
});

describe('given a campaign that cannot be measured', () => {
  it('then the others are, and the run is tried again', async () => {
    const { id } = pipeline.shop;
    await sqlInShop(id, async (client) => {
      await client.query('delete from campaign_looks where shop_id = $1', [id]);
      // A final look that nobody can read stands for whatever a campaign may fail at.
      await client.query(
        `insert into campaign_looks (shop_id, campaign_id, day, final, figures) values ($1, $2, current_date - 3, true, '{}')`,
        [id, finished],
      );
    });
    await expect(measure()).rejects.toThrow(TypeError);
    expect((await campaignLooks(id, finished)).map(({ figures }) => figures)).toEqual([{}]);
    expect((await latest(running)).figures.treated.customers).toBe(160);
    await sqlInShop(id, (client) => client.query('delete from campaign_looks where shop_id = $1', [id]));
  });
});

describe('given customers who may take part again', () => {
  it('then orders are compared until the campaign ends, so that what was given then is measured', async () => {
    const { id } = pipeline.shop;
    const again = await storeCampaign(id, {
      state: 'finished',
      enteredAt: ENTERED,
      members,
      offers: [],
      plan: { ...PLAIN_PLAN, joinDays: 15, again: { kind: 'each-time' } },
      name: 'Again',
    });
    await sqlInShop(id, (client) =>
      client.query(
        `update campaigns set ends_at = launched_at + interval '45 days' where shop_id = $1 and id = $2`,
        [id, again],
      ),
    );
    await measure();
    const { final, figures } = await latest(again);
    expect(final).toBe(true);
    expectGroup(figures.treated, slowly(false, ENTERED, ENTERED + 45 * DAY));
    expect(figures.treated.orders).toBeGreaterThan((await latest(finished)).figures.treated.orders);
  });
});

describe('given no margin', () => {
  const measureAnew = async () => {
    const { id } = pipeline.shop;
    await sqlInShop(id, (client) =>
      client.query('delete from campaign_looks where shop_id = $1 and campaign_id = $2', [id, finished]),
    );
    await measure();
    return (await latest(finished)).figures;
  };

  it('then products of which nobody knows the cost, as after a deletion, are taken to cost as much as the others', async () => {
    await decide(pipeline.shop.id, { marginPercent: null });
    const { margin, treated, orders, beside } = await measureAnew();
    expect(orders.costed).toBeLessThan(orders.compared);
    expect({ margin, isKnown: treated.profit !== null, others: beside !== null }).toEqual({
      margin: null,
      isKnown: true,
      others: true,
    });
  });

  it('then with too many of those profit is not known, nothing is said of it, and revenue is told all the same', async () => {
    const { id } = pipeline.shop;
    await sqlInShop(id, (client) =>
      client.query('update order_earnings set cost = null where shop_id = $1 and order_id % 4 = 0', [id]),
    );
    const figures = await measureAnew();
    expect(figures).toMatchObject({ margin: null, profit: null, beside: null, verdict: 'cannot-tell' });
    expect(figures.treated.profit).toBeNull();
    expect(figures.treated.revenue).toBeGreaterThan(0);
  });
});
