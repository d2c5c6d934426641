import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { addCampaign } from '#app/models/campaigns.server.ts';
import { readHomeChoices } from '#app/models/home-choices.server.ts';
import { openImport } from '#app/models/imports.server.ts';
import { readSettings, saveSettings } from '#app/models/settings.server.ts';
import { createWriteRun, updateWriteRun } from '#app/models/write-runs.server.ts';
import { formatDay } from '#app/rfm/calendar.ts';
import { createPlanTotals } from '#app/rfm/write-cost.ts';
import { planOf } from '#tests/campaigns/plans.ts';
import { testDatabase } from '#tests/support/database.ts';
import { builtPages, storeScores, type BuiltPages } from './built-pages.ts';

const databaseUrl = testDatabase();
/** The day the stored scores are as of. */
const TODAY = 20_000;
let pages: BuiltPages;
let database: Client;
let mine: string;
let other: string;
let shopId: number;

beforeAll(async () => {
  pages = await builtPages();
  [mine, other] = pages.shops;
  database = new Client(databaseUrl);
  await database.connect();
  for (const shop of pages.shops) expect((await pages.askAs(shop, '/app/progress')).status).toBe(200);
  shopId = (await directory.shopByDomain(mine))!.id;
  await database.query(`update shops set currency = 'EUR', time_zone = 'UTC'`);
});
afterAll(async () => {
  await database.end();
  await pages.close();
  await closeQueue(1);
});

type Told = {
  progress: { recalling: boolean };
  insights: null | {
    against: { kind: string; day: number };
    metrics: { reading: string; now: number | null; before: number | null }[];
    goals: { goal: string; now: number; target: number | null; points: { day: number; value: number }[] }[];
    slipping: null | { days: { from: number; to: number }; fell: number; valuable: number; warns: boolean };
    guide: null | { name: string; done: boolean; n: number; of: number }[];
    reckoning: boolean;
  };
};
const home = async (shop = mine): Promise<Told> => {
  const answer = await pages.askAs(shop, `/app?index&_data=${encodeURIComponent('routes/app._index')}`);
  expect(answer.status).toBe(200);
  return answer.json() as Promise<Told>;
};
const insights = async (shop = mine) => (await home(shop)).insights!;
const send = async (form: Record<string, string>) =>
  (await pages.send(mine, '/app?index', 'routes/app._index', form)).status;
const doneSteps = async () => (await insights()).guide?.filter(({ done }) => done).map(({ name }) => name);
const queued = async () => {
  const { rows } = await database.query<{ name: string }>('select name from pgboss.job order by name');
  return rows.map(({ name }) => name);
};

describe('Home of a shop', () => {
  it('given no scores yet, then it says so and shows no figures', async () => {
    expect((await home()).insights).toBeNull();
    expect(await (await pages.askAs(mine, '/app')).text()).toContain('first scores');
  });

  it('given one customer, then every figure is of that one', async () => {
    const otherId = (await directory.shopByDomain(other))!.id;
    await storeScores(otherId, 5001, 1);
    const { metrics, goals, slipping } = await insights(other);
    expect(metrics.map(({ reading, now }) => [reading, now])).toEqual([
      ['scored', 1],
      ['money', 1000],
      ['repeat', 0],
      ['average-order', 1000],
    ]);
    expect(goals.map(({ goal, now }) => [goal, now])).toEqual([
      ['average-order', 1000],
      ['high-tier', 0],
    ]);
    expect(slipping).toBeNull();
    const html = await (await pages.askAs(other, '/app')).text();
    expect(html).toContain('This shows from tomorrow on');
    expect(html).toContain('The trend shows once there are two month ends with orders.');
  });

  it('given scores, then figures, tiers and guide tell the stored numbers', async () => {
    await storeScores(shopId, 1001, 60);
    const { metrics, goals, guide } = await insights();
    const { rows } = await database.query<Record<string, number>>(
      `select count(*)::int as scored, sum(monetary)::int as money, count(*) filter (where frequency > 1)::int as again,
         sum(frequency)::int as orders, count(*) filter (where r + f + m >= 12)::int as high,
         count(*) filter (where segment in ('at-risk', 'cant-lose-them', 'needs-attention'))::int as at_risk
       from scores where shop_id = $1`,
      [shopId],
    );
    const { scored, money, again, orders, high, at_risk: atRisk } = rows[0]!;
    expect(Object.fromEntries(metrics.map(({ reading, now }) => [reading, now]))).toEqual({
      scored,
      money,
      repeat: again! / scored!,
      'average-order': Math.round(money! / orders!),
    });
    expect(goals[1]).toMatchObject({ goal: 'high-tier', now: high, target: null });
    expect(guide).toEqual([
      { name: 'orders', done: false, n: 0, of: orders },
      // Nobody here has a gap to speak of: too few came back.
      expect.objectContaining({ name: 'usual-gap', done: false }),
      { name: 'at-risk', done: false, n: atRisk, of: scored },
      { name: 'write', done: false, n: scored, of: scored },
      { name: 'campaign', done: false, n: atRisk, of: scored },
    ]);
  });
});

describe('what figures are held against', () => {
  it('given earlier days that nobody reckoned, when Home is opened twice, then the worker is asked once', async () => {
    expect((await insights()).against).toEqual({ kind: 'later', day: TODAY - 30 });
    await openImport(shopId, 1);
    const { rows } = await database.query<{ id: string }>(
      `update imports set phase = 'done', finished_at = now() where shop_id = $1 returning id`,
      [shopId],
    );
    await database.query(`update score_runs set data_mark = $2 where shop_id = $1`, [
      shopId,
      `${rows[0]!.id} done`,
    ]);
    await database.query('delete from pgboss.job');
    for (let opened = 0; opened < 2; opened += 1) {
      const { progress, insights: told } = await home();
      expect([progress.recalling, told!.reckoning]).toEqual([true, true]);
      expect(told!.against).toEqual({ kind: 'reckoning', day: TODAY - 30 });
      expect(told!.metrics.map(({ before }) => before)).toEqual([null, null, null, null]);
    }
    expect((await queued()).filter((name) => name === 'recall-days')).toHaveLength(1);
    expect(await (await pages.askAs(mine, '/app')).text()).toContain('are being worked out from your orders');
  });

  it('given the figures of thirty days ago and of a month end, then both are told, and nothing of another basis', async () => {
    const { rows } = await database.query<{ mark: string }>(
      `select data_mark as mark from score_runs where shop_id = $1`,
      [shopId],
    );
    const basis = `1 ${rows[0]!.mark.split(' ')[0]}`;
    const store = (day: number, on: string, scored: number) =>
      database.query(
        `insert into shop_days (shop_id, day, basis, figures) values ($1, $2, $3, $4)
         on conflict (shop_id, day) do update set basis = excluded.basis, figures = excluded.figures`,
        [
          shopId,
          formatDay(day),
          on,
          JSON.stringify({ scored, oneTime: 10, orders: 80, monetary: 96_000, highTier: 7 }),
        ],
      );
    // 20,000 is 4 October 2024, so the month before ended on the day 19,996.
    await store(TODAY - 30, basis, 40);
    await store(TODAY - 4, '1 999', 41);
    const told = await insights();
    expect(told.against).toEqual({ kind: 'day', day: TODAY - 30 });
    expect(told.metrics.map(({ before }) => before)).toEqual([40, 96_000, 0.75, 1200]);
    expect(told.goals[1]!.points.map(({ day }) => day)).toEqual([TODAY]);
    await store(TODAY - 4, basis, 41);
    expect((await insights()).goals[1]!.points).toEqual([
      { day: TODAY - 4, value: 7 },
      { day: TODAY, value: expect.any(Number) },
    ]);
    const html = await (await pages.askAs(mine, '/app')).text();
    expect(html).toContain('More or less than at the end of Sep 4, 2024.');
    expect(html).toContain('20 more');
  });

  it('given an import of the last 60 days only, then the page says why there is nothing to compare', async () => {
    await database.query(`update imports set limited_history = true`);
    await database.query(`delete from shop_days where shop_id = $1`, [shopId]);
    const { against, reckoning } = await insights();
    expect([against.kind, reckoning]).toEqual(['limited', false]);
    await database.query(`update imports set limited_history = false`);
  });
});

describe('valuable customers who slip', () => {
  it('given one who fell, then Home warns from the percentage and within the days the merchant chose', async () => {
    await database.query(
      `insert into score_runs (shop_id, id, as_of, reason, frequency_method, cut_points, order_counts, summary, currency, holds_on)
       select shop_id, -shop_id, as_of - 20, reason, frequency_method, cut_points, order_counts, summary, currency, as_of - 20
       from score_runs where shop_id = $1`,
      [shopId],
    );
    await database.query(
      `insert into segment_changes (shop_id, customer_id, run_id, day, before, after, cause, score_before, score_after)
       select shop_id, customer_id, 1000001, $2, 'champions', segment, 'time', '545', concat(r, f, m) from scores
       where shop_id = $1 and segment = 'hibernating' order by customer_id limit 1`,
      [shopId, formatDay(TODAY - 9)],
    );
    const { rows } = await database.query<{ n: number }>(
      'select count(*)::int as n from scores where shop_id = $1 and m >= 4',
      [shopId],
    );
    const choose = async (slippingPercent: number, slippingDays: number) => {
      await database.query(
        `insert into home (shop_id, slipping_percent, slipping_days) values ($1, $2, $3)
         on conflict (shop_id) do update set slipping_percent = $2, slipping_days = $3`,
        [shopId, slippingPercent, slippingDays],
      );
      return (await insights()).slipping!;
    };
    const valuable = rows[0]!.n;
    const share = Math.floor(100 / valuable);
    expect(await choose(share, 7)).toMatchObject({ fell: 0, valuable, warns: false });
    expect(await choose(share, 10)).toMatchObject({
      fell: 1,
      valuable,
      warns: true,
      days: { from: TODAY - 10, to: TODAY },
    });
    const warned = await (await pages.askAs(mine, '/app')).text();
    expect(warned).toContain('1 valuable customer is slipping');
    expect(warned).toContain('/app/moves/people?from=');
    expect(await choose(share + 1, 10)).toMatchObject({ fell: 1, warns: false });
    // Further back than the history: as far as it goes.
    expect((await choose(share, 90)).days).toEqual({ from: TODAY - 20, to: TODAY });
  });
});

describe('the setup guide', () => {
  it('given each step, when it is done, then the guide says so, and stays closed once it was closed', async () => {
    expect(await doneSteps()).toEqual([]);
    expect([await send({ intent: 'guide', answer: 'orders-right' }), await doneSteps()]).toEqual([
      200,
      ['orders'],
    ]);
    expect((await pages.askAs(mine, '/app/at-risk')).status).toBe(200);
    expect((await pages.askAs(mine, '/app/at-risk')).status).toBe(200);
    expect(await doneSteps()).toEqual(['orders', 'at-risk']);
    expect((await readHomeChoices(shopId)).guideDone).toEqual(['orders', 'at-risk']);
    const { version } = await readSettings(shopId);
    await saveSettings(shopId, version, { writeBack: 'on', cycleLength: 60, cycleUnit: 'days' });
    expect(await doneSteps()).toEqual(['orders', 'usual-gap', 'at-risk']);
    const plan = {
      ...createPlanTotals().finish(),
      seconds: 0,
      transport: { direct: [], bulk: {}, seconds: 0 },
      cleanUp: false,
      problem: null,
    };
    const run = await createWriteRun(shopId, 1, plan);
    expect(await doneSteps()).toEqual(['orders', 'usual-gap', 'at-risk']);
    await updateWriteRun(shopId, run.id, { state: 'done' });
    expect(await doneSteps()).toEqual(['orders', 'usual-gap', 'at-risk', 'write']);
    await addCampaign(shopId, 1001, { name: 'First', plan: planOf(), operation: 'first' });
    expect(await doneSteps()).toEqual(['orders', 'usual-gap', 'at-risk', 'write', 'campaign']);
    expect(await (await pages.askAs(mine, '/app')).text()).toContain('All done. You can close this guide.');
    await send({ intent: 'guide', answer: 'close' });
    expect((await insights()).guide).toBeNull();
    expect(await send({ intent: 'guide', answer: 'everything' })).toBe(400);
  });

  it('given settings that are saved, then the orders were checked', async () => {
    await database.query('delete from home where shop_id = $1', [shopId]);
    const form = {
      intent: 'save',
      version: String((await readSettings(shopId)).version),
      countTest: 'true',
      countCancelled: 'false',
      countUnpaid: 'false',
      countZero: 'false',
      window: 'all',
      windowDays: '365',
      companiesApart: 'true',
      tillApart: 'false',
      ownR: '',
      ownF: '',
      ownM: '',
      cycleUnit: 'suggested',
      cycleLength: '',
      marginPercent: '',
      frequencyMethod: '',
      tagPrefix: 'rfm',
      writeBack: 'true',
    };
    const answer = await pages.send(mine, '/app/settings', 'routes/app.settings', form);
    expect(await answer.json()).toEqual({ result: 'saved' });
    expect((await readHomeChoices(shopId)).guideDone).toEqual(['orders']);
  });
});

describe('the choices for Home', () => {
  const choices = {
    intent: 'home-choices',
    slippingPercent: '5',
    slippingDays: '7',
    guideShown: 'true',
    again: '',
    'average-order': '',
    'high-tier': '',
  };
  const save = async (change: Record<string, string>) => {
    const answer = await pages.send(mine, '/app/settings', 'routes/app.settings', { ...choices, ...change });
    return answer.status === 200 ? ((await answer.json()) as object) : answer.status;
  };
  const form = async () => {
    const path = `/app/settings?_data=${encodeURIComponent('routes/app.settings')}`;
    return ((await (await pages.askAs(mine, path)).json()) as { home: { values: object } }).home.values;
  };

  it('given targets, then Home shows them, the form has them again, and an empty field takes one away', async () => {
    const typed = {
      again: '25',
      'average-order': ' 45.5',
      'high-tier': '120',
      slippingPercent: '12',
      slippingDays: '30',
    };
    expect(await save(typed)).toEqual({ result: 'home-saved' });
    expect((await insights()).goals.map(({ target }) => target)).toEqual([4550, 120]);
    expect((await readHomeChoices(shopId)).targets.again).toBe(0.25);
    expect(await form()).toEqual({
      again: '25',
      'average-order': '45.50',
      'high-tier': '120',
      slippingPercent: '12',
      slippingDays: '30',
      guideShown: true,
    });
    expect((await readHomeChoices(shopId)).guideDone).toEqual(['orders']);
    expect(await save({ 'high-tier': '120', guideShown: 'false' })).toEqual({ result: 'home-saved' });
    expect((await readHomeChoices(shopId)).targets).toEqual({ 'high-tier': 120 });
    expect((await insights()).guide).toBeNull();
    await save({});
    expect((await insights()).goals.map(({ target }) => target)).toEqual([null, null]);
    expect((await insights()).guide).not.toBeNull();
    expect((await insights(other)).goals.map(({ target }) => target)).toEqual([null, null]);
  });

  it.each([
    ['slippingPercent', ['', '0', '101', '5.5', '-1', 'all', '1e2']],
    ['slippingDays', ['', '0', '91', '7,5', '٧']],
    ['average-order', ['0', '-5', '1,50', '45.555', '1e3', '99999999999999', '$5', '0.00']],
    ['again', ['0', '101', '1.5', '-1', 'all']],
    ['high-tier', ['0', '1.5', '-1', '9999999999999', 'many']],
  ])('given a %s that cannot be, then its field is named and nothing is stored', async (field, texts) => {
    const before = await readHomeChoices(shopId);
    for (const text of texts) {
      expect([text, await save({ [field]: text })]).toEqual([
        text,
        { result: 'home-invalid', problems: { [field]: true } },
      ]);
    }
    expect(await readHomeChoices(shopId)).toEqual(before);
  });

  it('given a form of other fields, then it is refused as none of the page', async () => {
    expect(await save({ shopId: '1' })).toBe(400);
    expect(await save({ guideShown: 'maybe' })).toBe(400);
  });
});
