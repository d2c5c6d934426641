import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { campaignFigures, type GroupSums } from '#app/campaigns/figures.ts';
import { drawsOf } from '#app/campaigns/bootstrap.ts';
import { directory, sqlInShop } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { keepLook } from '#app/models/campaign-looks.server.ts';
import { startOfDay } from '#app/rfm/calendar.ts';
import { storeCampaign } from '#tests/jobs/stored-campaign.ts';
import { testDatabase } from '#tests/support/database.ts';
import { builtPages, storeScores, type BuiltPages } from './built-pages.ts';

// Whatever happens at midnight happens elsewhere.
vi.hoisted(() => (process.env.AS_OF_DAY = '2026-11-22'));
const databaseUrl = testDatabase();
const [OWNER, CLERK] = [1001, 1003];
const DAY = 20_000;
let pages: BuiltPages;
let shop: string;
let shopId: number;
let database: Client;

beforeAll(async () => {
  pages = await builtPages();
  [shop] = pages.shops;
  for (const user of [OWNER, CLERK]) await pages.askAs(shop, '/app/progress', {}, user);
  shopId = (await directory.shopByDomain(shop))!.id;
  await storeScores(shopId, 1001, 60);
  database = new Client(databaseUrl);
  await database.connect();
  await database.query(`update shops set currency = 'EUR', time_zone = 'UTC' where shop_id = $1`, [shopId]);
});
afterAll(async () => {
  await database.end();
  await pages.close();
  await closeQueue(1);
});

const page = async (id: number, user = OWNER, locale = 'en') => {
  const answer = await pages.askAs(
    shop,
    `/app/campaigns/${id}/result?shop=${shop}&locale=${locale}`,
    {},
    user,
  );
  // React parts what it joins to a sentence with a comment.
  return { status: answer.status, text: (await answer.text()).replaceAll('<!-- -->', '') };
};

const group = (customers: number, buyers: number, each: number): GroupSums => ({
  customers,
  buyers,
  orders: buyers,
  revenue: buyers * each,
  revenueSquares: buyers * each ** 2 * 1.2,
  profit: (buyers * each) / 2,
  profitSquares: (buyers * each ** 2 * 1.2) / 4,
  discount: buyers * 100,
});

/** Figures of two groups of a thousand. */
function figures(treatedBuyers: number, final: boolean, held = group(1_000, 60, 5_000)) {
  const nobody = { customers: 1_000, values: [] as number[] };
  return campaignFigures(
    {
      treated: group(1_000, treatedBuyers, 5_000),
      held,
      strata: [
        {
          treated: { ...nobody, values: Array.from({ length: treatedBuyers }, () => 2_500) },
          held: { ...nobody, values: Array.from({ length: 60 }, () => 2_500) },
        },
      ],
      arms: [0, 1].map((arm) => ({
        version: 1,
        step: 0,
        branch: 0,
        arm,
        side: {
          customers: 500,
          buyers: 20 + 60 * arm,
          sum: 50_000 + 150_000 * arm,
          squares: 3e8 * (1 + arm),
        },
        orders: 20 + 60 * arm,
        profit: 50_000 + 150_000 * arm,
      })),
      steps: [
        { step: 0, given: 1_000, redeemed: 31, buyers: 40, orders: 42, profit: 90_000, discount: 4_200 },
      ],
      movement: { treated: { of: 900, better: 90, worse: 45 }, held: { of: 900, better: 45, worse: 90 } },
      orders: { compared: 200, read: 198, costed: 150, enough: true },
    },
    {
      share: 0.5,
      margin: 0.5,
      expected: { profit: 1e4, revenue: 4e4, conversion: 1e-4, worth: 500 },
      currency: 'EUR',
      endedEarly: false,
      denied: null,
      final,
      random: drawsOf(1),
    },
  );
}

const campaignOf = (name: string, state: 'running' | 'finished' | 'draft' = 'finished') =>
  storeCampaign(shopId, {
    name,
    state,
    enteredAt: startOfDay(DAY - 30, 'UTC'),
    members: [{ id: 1001, heldOut: false }],
    offers: [],
  });
const look = (id: number, day: number, final: boolean, of: ReturnType<typeof figures>) =>
  sqlInShop(shopId, (client) => keepLook(client, shopId, id, { day, final, figures: of }));

describe('the result of a campaign', () => {
  it('given a finished one that brought orders, then it worked, with the interval in words and in a table, to staff too', async () => {
    const id = await campaignOf('Brought orders');
    await look(id, DAY - 1, false, figures(100, false));
    await look(id, DAY, true, figures(140, true));
    for (const user of [OWNER, CLERK]) {
      const { status, text } = await page(id, user);
      expect(status).toBe(200);
      expect(text).toContain('It worked');
      expect(text).toMatch(/brought between €\d[\d.]* and €\d[\d.]* more gross profit/);
      expect(text).toContain('140 (14.0%)');
      expect(text).toContain('60 (6.0%)');
      expect(text).toContain('Newcombe');
      expect(text).toContain('Differs.');
      expect(text).toContain('90 (10.0%)');
      expect(text).toContain('200 orders compared. Discounts, tax and shipping are known of 198');
      // The course has both days.
      expect(text).toContain('Profit per customer, day by day');
    }
  });

  it('given one that runs, then it is too early however it stands, and arms are not compared yet', async () => {
    const id = await campaignOf('Runs', 'running');
    await look(id, DAY, false, figures(62, false));
    const { text } = await page(id);
    expect(text).toContain('Too early to tell');
    expect(text).toContain('however often somebody looks');
    expect(text).not.toContain('Variants against each other');
    expect(text).not.toContain('Newcombe');
  });

  it('given one that runs and has brought more, then it is ahead and has not worked yet, here and in the list', async () => {
    const id = await campaignOf('Ahead', 'running');
    await look(id, DAY, false, figures(190, false));
    const { text } = await page(id);
    expect(text).toContain('Ahead so far');
    expect(text).toContain('order sooner who would have ordered later');
    expect(text).not.toContain('It worked');
    const list = await (await pages.askAs(shop, `/app/campaigns?shop=${shop}`)).text();
    expect(list).toContain('Ahead so far: ');
  });

  it('given one that ended while customers joined, then it says why its intervals are wide', async () => {
    const id = await campaignOf('Ended early');
    await look(id, DAY, true, { ...figures(140, true), endedEarly: true, beside: null });
    expect((await page(id)).text).toContain('It ended while customers could still join');
  });

  it('given orders that could not be read, then nothing is said of profit, and what Shopify wants is named', async () => {
    const id = await campaignOf('Denied');
    const known = figures(140, true);
    await look(id, DAY, true, {
      ...known,
      treated: { ...known.treated, profit: null },
      held: { ...known.held, profit: null },
      profit: null,
      beside: null,
      verdict: 'cannot-tell',
      denied: '`read_products` access scope.',
      orders: { compared: 200, read: 12, costed: 0, enough: false },
    });
    const { text } = await page(id);
    expect(text).toContain('of 12 of 200 orders the discounts');
    expect(text).toContain('read_products');
    expect(text).not.toContain('Say in Settings');
  });

  it('given a margin that was first set after the final result, then the restatement names it', async () => {
    const id = await campaignOf('Margin');
    await look(id, DAY - 1, true, { ...figures(62, true), margin: null });
    await look(id, DAY, true, figures(140, true));
    expect((await page(id)).text).toContain('A margin was set since.');
  });

  it('given a finished one between loss and gain, then it cannot be told, and a late refund says that it was restated', async () => {
    const id = await campaignOf('Between');
    await look(id, DAY - 1, true, figures(140, true));
    await look(id, DAY, true, figures(62, true));
    const { text } = await page(id);
    expect(text).toContain('Cannot tell');
    expect(text).toMatch(/Restated on .*“It worked” to “Cannot tell”/s);
  });

  it('given groups of other sizes than were drawn, then it says not to rely on it', async () => {
    const id = await campaignOf('Uneven');
    await look(id, DAY, true, figures(140, true, group(700, 40, 5_000)));
    expect((await page(id)).text).toContain('The groups are not the sizes that were drawn');
  });

  it('given no margin, then it says what is missing and shows revenue', async () => {
    const id = await campaignOf('No margin');
    const known = figures(140, true);
    const unknown = { ...known.treated, profit: null };
    await look(id, DAY, true, {
      ...known,
      treated: unknown,
      profit: null,
      margin: null,
      verdict: 'cannot-tell',
    });
    const { text } = await page(id);
    expect(text).toContain('What it earned is not known');
    expect(text).toContain('€7.00');
  });

  it('given no look yet, or a draft, then it says so', async () => {
    expect((await page(await campaignOf('New', 'running'))).text).toContain('No result yet');
    const draft = await campaignOf('Draft', 'draft');
    await database.query('update campaigns set launched_at = null where id = $1', [draft]);
    expect((await page(draft)).text).toContain('Not launched yet');
    expect((await page(987_654)).status).toBe(404);
  });

  it.each(['ko', 'zh-TW'])('given %s, then every word is there', async (locale) => {
    const id = await campaignOf(`In ${locale}`);
    await look(id, DAY, true, figures(140, true));
    const { status, text } = await page(id, OWNER, locale);
    expect(status).toBe(200);
    expect(text).not.toContain('campaignResult.');
  });

  it('given two final results of a segment, then its page tells what they brought together; of another segment nothing', async () => {
    const read = async (segment: string) => {
      const answer = await pages.askAs(shop, `/app/segments/${segment}?shop=${shop}`);
      return (await answer.text()).replaceAll('<!-- -->', '');
    };
    await database.query('delete from campaign_looks');
    const [first, second] = [await campaignOf('First'), await campaignOf('Second')];
    await look(first, DAY, true, figures(140, true));
    expect(await read('at-risk')).not.toContain('What campaigns brought here');
    await look(second, DAY, true, figures(110, true));
    expect(await read('at-risk')).toContain(
      '2 finished campaigns of this segment with 2,000 customers who took part',
    );
    expect(await read('hibernating')).not.toContain('What campaigns brought here');
  });

  it('given a draft, then its page says what it can show; given a launched one, then it leads to the result', async () => {
    const read = async (id: number) => {
      const answer = await pages.askAs(shop, `/app/campaigns/${id}?shop=${shop}`);
      return (await answer.text()).replaceAll('<!-- -->', '');
    };
    const draft = await campaignOf('Not yet', 'draft');
    const text = await read(draft);
    expect(text).toContain('What this campaign can show');
    expect(text).toContain('Too little is known');
    expect(text).not.toContain(`/app/campaigns/${draft}/result`);
    const launched = await campaignOf('Already', 'running');
    expect(await read(launched)).toContain(`/app/campaigns/${launched}/result`);
  });
});
