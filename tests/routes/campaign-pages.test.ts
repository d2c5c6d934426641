import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { directory } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { campaign, campaigns } from '#app/models/campaigns.server.ts';
import { addSegment } from '#app/models/saved-segments.server.ts';
import { queueCounts } from '#app/models/campaign-waiting.server.ts';
import { formatDay } from '#app/rfm/calendar.ts';
import { message, planOf } from '#tests/campaigns/plans.ts';
import { drafted, launched, move, turn } from '#tests/jobs/campaign-shop.ts';
import { testDatabase } from '#tests/support/database.ts';
import { builtPages, storeScores, type BuiltPages } from './built-pages.ts';

const databaseUrl = testDatabase();
const [OWNER, STEN] = [1001, 1003];
/** A day well ahead, as forms send it; the shop is in UTC. */
const AHEAD = Math.floor(Date.now() / 86_400_000) + 30;
let pages: BuiltPages;
let shop: string;
let shopId: number;
let database: Client;

beforeAll(async () => {
  pages = await builtPages();
  [shop] = pages.shops;
  for (const user of [OWNER, STEN]) await pages.askAs(shop, '/app/progress', {}, user);
  shopId = (await directory.shopByDomain(shop))!.id;
  await storeScores(shopId, 1001, 60);
  database = new Client(databaseUrl);
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await pages.close();
  await closeQueue(1);
});
beforeEach(async () => {
  for (const table of ['offers', 'campaign_members', 'campaign_events', 'campaign_versions', 'campaigns'])
    await database.query(`delete from ${table}`);
});

const page = async (path: string, user = OWNER) =>
  (await pages.askAs(shop, `${path}${path.includes('?') ? '&' : '?'}shop=${shop}`, {}, user)).text();
/** Sends a form of a page; an index page is named so in its address. */
const post = (path: string, route: string, form: Record<string, string>, user = OWNER) =>
  pages.askAs(
    shop,
    `${path}?${route.endsWith('_index') ? 'index&' : ''}_data=${encodeURIComponent(route)}`,
    { method: 'POST', body: new URLSearchParams(form) },
    user,
  );
const answered = async (answer: Promise<Response>) => (await answer).json() as Promise<unknown>;

const NEW = 'routes/app.campaigns.new';
const OPERATION = '0123456789abcdef';
const make = (plan: unknown, change: Record<string, string> = {}) =>
  answered(
    post('/app/campaigns/new', NEW, {
      operation: OPERATION,
      name: 'Come back',
      plan: JSON.stringify(plan),
      ...change,
    }),
  );
const plans = async () => (await campaigns(shopId)).map(({ name }) => name);

describe('the list of campaigns', () => {
  it('given none, then a manager is shown where to begin, and staff who can', async () => {
    expect(await page('/app/campaigns')).toContain('Prepare a first campaign');
    expect(await page('/app/campaigns', STEN)).toContain('A manager can create one.');
  });

  it('given campaigns, then each says where it stands, for whom it is, and how many take part and get nothing', async () => {
    await drafted(shopId, planOf({}, { source: { kind: 'segments', slugs: ['at-risk'] } }));
    const one = await launched(shopId, planOf());
    const html = await page('/app/campaigns', STEN);
    expect(html).toContain('Drawn at the launch');
    expect(html).toContain('At risk');
    expect(html).toContain(`${one.audience!.treated} take part, ${one.audience!.heldOut} get nothing`);
  });
});

describe('the form of a campaign', () => {
  it('given an address that does not say which form it is, then it leads to one that does, and keeps the rest', async () => {
    const answer = await pages.askAs(shop, `/app/campaigns/new?template=champions&shop=${shop}`);
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toMatch(
      /^\/app\/campaigns\/new\?template=champions&.*operation=[\w-]{16,64}$/,
    );
    expect(await page(`/app/campaigns/new?operation=${OPERATION}`)).toContain('Offer ladder');
  });

  it('X13: given the same form twice at once and once more later, then there is one campaign, and each hears of it', async () => {
    const answers = await Promise.all([make(planOf()), make(planOf())]);
    answers.push(await make(planOf()));
    const id = (await campaigns(shopId))[0]!.id;
    expect(answers).toEqual(answers.map(() => ({ result: 'saved', id, revision: 1 })));
    expect(await plans()).toEqual(['Come back']);
  });

  it('X13: given a page from the browser’s history that says something else by now, then nothing is made, and that is told', async () => {
    await make(planOf());
    const id = (await campaigns(shopId))[0]!.id;
    expect(await make(planOf({ observeDays: 90 }))).toEqual({ result: 'made-before', id });
    expect(await make(planOf(), { name: 'Another' })).toEqual({ result: 'made-before', id });
    expect((await campaign(shopId, id))?.plan.observeDays).toBe(30);
  });

  it('given a plan with faults, then each is named at its place, and nothing is made', async () => {
    const wrong = planOf({ observeDays: 3, ladder: [] });
    expect(await make(wrong, { name: ' ' })).toEqual({
      result: 'invalid',
      name: true,
      faults: [
        { at: ['observeDays'], fault: 'bounds' },
        { at: ['ladder'], fault: 'empty' },
      ],
    });
    expect(await plans()).toEqual([]);
  });

  it('given saved segments that are not the shop’s, then they are named as gone', async () => {
    const plan = planOf({}, { source: { kind: 'saved', id: 77 }, leaveOut: [78] });
    expect(await make(plan)).toMatchObject({
      faults: [
        { at: ['audience', 'source', 'id'], fault: 'gone' },
        { at: ['audience', 'leaveOut', 0], fault: 'gone' },
      ],
    });
    await addSegment(shopId, OWNER, 'Mine', { match: 'all', parts: [] });
    const { rows } = await database.query<{ id: string }>('select max(id) as id from saved_segments');
    expect(await make(planOf({}, { source: { kind: 'saved', id: Number(rows[0]!.id) } }))).toMatchObject({
      result: 'saved',
    });
  });

  it('given e-mail without a verified sender or without texts, then each is named, and a draft that lost its sender is not launched', async () => {
    const mail = planOf({ delivery: 'mail' });
    const empty = { ...mail.ladder[0]!, branches: [{ when: null, arms: [{ ...mail.ladder[0]!.branches[0]!.arms[0]!, body: ' ' }] }] }; // prettier-ignore
    expect(await make({ ...mail, ladder: [empty] })).toMatchObject({
      result: 'invalid',
      faults: [
        { at: ['delivery'], fault: 'no-sender' },
        { at: ['ladder', 0, 'branches', 0, 'arms', 0, 'body'], fault: 'empty' },
      ],
    });
    const id = await drafted(shopId, mail);
    const launch = post(`/app/campaigns/${id}`, 'routes/app.campaigns.$campaignId._index', {
      act: 'launch',
      revision: '1',
    });
    expect(await answered(launch)).toEqual({ result: 'no-sender' });
    expect((await campaign(shopId, id))?.state).toBe('draft');
  });

  it('given hibernating customers, when those of low value are left out twice, then there is one saved segment of them', async () => {
    const ask = () =>
      answered(post('/app/campaigns/new', NEW, { intent: 'low-value', name: 'Low', slugs: 'hibernating' }));
    const [first, second] = [await ask(), await ask()];
    expect(first).toMatchObject({ result: 'segment', name: 'Low' });
    expect(second).toEqual(first);
    const wrong = post('/app/campaigns/new', NEW, { intent: 'low-value', name: '', slugs: 'hibernating' });
    expect((await wrong).status).toBe(400);
  });

  it('given a name with NUL, then it is refused as a name', async () => {
    expect(await make(planOf(), { name: 'a\0b' })).toEqual({ result: 'invalid', name: true, faults: [] });
  });

  it('given texts with NUL in a plan, then their place is named', async () => {
    const [first] = planOf().ladder;
    const arm = { ...first!.branches[0]!.arms[0]!, subject: 'a\0b' };
    const plan: CampaignPlan = planOf({ ladder: [{ ...first!, branches: [{ when: null, arms: [arm] }] }] });
    expect(await make(plan)).toMatchObject({ result: 'invalid' });
  });

  it('given a form that is none of ours, then it is refused', async () => {
    for (const form of [
      {},
      { operation: 'short', name: 'a', plan: '{}' },
      { operation: OPERATION, name: 'a' },
    ])
      expect((await post('/app/campaigns/new', NEW, form as Record<string, string>)).status).toBe(400);
  });
});

describe('changing a campaign', () => {
  const EDIT = 'routes/app.campaigns.$campaignId.edit';
  const edit = (id: number, plan: CampaignPlan, revision: number) =>
    answered(
      post(`/app/campaigns/${id}/edit`, EDIT, {
        revision: String(revision),
        name: 'Changed',
        plan: JSON.stringify(plan),
      }),
    );

  it('given two people, then the second is told, and what the first saved stands', async () => {
    const id = await drafted(shopId, planOf());
    expect(await edit(id, planOf({ observeDays: 40 }), 1)).toEqual({ result: 'saved', id, revision: 2 });
    expect(await edit(id, planOf({ observeDays: 50 }), 1)).toEqual({ result: 'changed-elsewhere' });
    expect((await campaign(shopId, id))?.plan.observeDays).toBe(40);
  });

  it('given a running one, then it is a new version, and what the launch settled stays', async () => {
    const { id } = await launched(shopId, planOf());
    const { revision } = (await campaign(shopId, id))!;
    expect(await page(`/app/campaigns/${id}/edit`)).toContain('This campaign has begun');
    await edit(id, planOf({ observeDays: 90, holdOut: 0.5, joinDays: 5 }), revision);
    expect(await campaign(shopId, id)).toMatchObject({
      version: 2,
      plan: { observeDays: 30, holdOut: 0.2, joinDays: 0 },
    });
    const source = { kind: 'segments' as const, slugs: ['new'] };
    expect(await edit(id, planOf({}, { source }), revision + 1)).toEqual({
      result: 'invalid',
      name: false,
      faults: [{ at: ['audience', 'source'], fault: 'settled' }],
    });
  });

  it('given one that has ended, then the page says so, and nothing is saved', async () => {
    const { id } = await launched(shopId, planOf());
    await move(shopId, id, 'stop');
    const { revision } = (await campaign(shopId, id))!;
    expect(await page(`/app/campaigns/${id}/edit`)).toContain('This campaign has ended');
    expect(await edit(id, planOf(), revision)).toEqual({ result: 'not-now' });
  });
});

describe('the page of a campaign', () => {
  const PAGE = 'routes/app.campaigns.$campaignId._index';
  const act = (id: number, form: Record<string, string>) =>
    answered(post(`/app/campaigns/${id}`, PAGE, form));

  it('given a draft, when it is launched twice by the same page, then it begins once, and the worker is asked', async () => {
    await database.query('delete from pgboss.job');
    const id = await drafted(shopId, planOf());
    expect(await act(id, { act: 'launch', revision: '1' })).toEqual({ result: 'done', act: 'launch' });
    expect(await act(id, { act: 'launch', revision: '1' })).toEqual({ result: 'changed-elsewhere' });
    const { rows } = await database.query('select name from pgboss.job');
    expect(rows).toEqual([{ name: 'run-campaigns' }]);
    expect((await campaign(shopId, id))?.state).toBe('running');
  });

  it('given a day and an hour of the shop’s zone, then the launch is scheduled for them; the past is refused', async () => {
    const id = await drafted(shopId, planOf());
    const schedule = (day: string) => act(id, { act: 'schedule', revision: '1', day, hour: '9' });
    expect(await schedule('2020-01-01')).toEqual({ result: 'invalid' });
    expect(await schedule('not a day')).toEqual({ result: 'invalid' });
    expect(await schedule(formatDay(AHEAD))).toEqual({ result: 'done', act: 'schedule' });
    expect((await campaign(shopId, id))?.startAt).toBe(Date.parse(`${formatDay(AHEAD)}T09:00:00Z`));
    expect(await page(`/app/campaigns/${id}`)).toMatch(/Starts on \w{3} \d+, \d{4}, 09:00\./);
  });

  it('given a draft, when it is deleted, then it is gone; one that was launched cannot be', async () => {
    const id = await drafted(shopId, planOf());
    expect(await act(id, { act: 'delete', revision: '1' })).toEqual({ result: 'deleted' });
    expect(await campaign(shopId, id)).toBeNull();
    const one = await launched(shopId, planOf());
    const { revision } = (await campaign(shopId, one.id))!;
    expect(await act(one.id, { act: 'delete', revision: String(revision) })).toEqual({ result: 'not-now' });
  });

  it('given a pause by a guard, then the page says why, what is safe and what to do', async () => {
    const { id } = await launched(shopId, planOf());
    await database.query(`update campaigns set state = 'paused', pause_reason = 'leak' where id = $1`, [id]);
    const html = await page(`/app/campaigns/${id}`, STEN);
    expect(html).toContain('Paused: several codes were redeemed by somebody else, or one more than once');
    expect(html).toContain('Resume when it is explained, or stop');
    expect(html).toContain('Nothing goes out meanwhile.');
    expect(html).not.toContain('What to do');
  });

  it('given offers, when they are exported, then each has its line, and who took them out is noted', async () => {
    const { id } = await launched(shopId, planOf({ ladder: [message({ kind: 'none' })], mode: 'manual' }));
    await turn(shopId);
    const file = await (await pages.askAs(shop, `/app/campaigns/${id}/export?as=csv`)).text();
    const lines = file.trim().split('\r\n');
    const { 'to-do': waiting } = await queueCounts(shopId, id, OWNER);
    expect(lines[0]).toMatch(/^customer_id,step,state,version,offer,value,currency,code,ends_at,link/);
    expect(lines).toHaveLength(waiting + 1);
    expect(lines[1]).toMatch(/^\d+,1,review,1,none,,,,,,,$/);
    const { rows } = await database.query(
      `select user_id::int as by, cardinality(customer_ids) as customers from access_log where what = 'export'
       order by id desc limit 1`,
    );
    expect(rows).toEqual([{ by: OWNER, customers: waiting }]);
  });
});

describe('the review queue', () => {
  const REVIEW = 'routes/app.campaigns.$campaignId.review';
  const decide = (id: number, form: Record<string, string>, user = STEN) =>
    post(`/app/campaigns/${id}/review`, REVIEW, form, user);

  it('given offers that wait, then staff see why each customer gets one, and decide', async () => {
    const { id } = await launched(shopId, planOf({ mode: 'manual', ladder: [message({ kind: 'none' })] }));
    await turn(shopId);
    const html = await page(`/app/campaigns/${id}/review`, STEN);
    expect(html).toContain('days since last order');
    expect(html).toContain('Step 1: No offer');
    const { rows } = await database.query<{ key: string }>(
      `select customer_id || ':' || entry || ':' || step as key from offers order by customer_id limit 3`,
    );
    const [one, two, three] = rows.map(({ key }) => key) as [string, string, string];
    expect(await answered(decide(id, { what: 'approve', value: '', offers: one }))).toMatchObject({
      done: 1,
    });
    expect(await answered(decide(id, { what: 'approve', value: '', offers: one }, OWNER))).toMatchObject({
      done: 0,
      late: [{ by: STEN }],
    });
    expect(await answered(decide(id, { what: 'skip', value: 'will-buy', offers: two }))).toMatchObject({
      done: 1,
    });
    expect(await answered(decide(id, { what: 'later', value: '2020-01-01', offers: three }))).toEqual({
      result: 'invalid',
      what: 'later',
      problem: 'date',
    });
    expect(
      await answered(decide(id, { what: 'later', value: formatDay(AHEAD), offers: three })),
    ).toMatchObject({
      done: 1,
    });
    const words = { what: 'edit', value: '', subject: 'Hi', offers: three };
    expect(await answered(decide(id, { ...words, body: 'Hello {{ nobody }}' }))).toMatchObject({
      problem: 'message',
    });
    expect(await answered(decide(id, { ...words, body: 'Hello' }))).toMatchObject({ done: 1 });
  });

  it('given a form that is none of ours, or somebody who does not work here, then nothing is decided', async () => {
    const { id } = await launched(shopId, planOf({ mode: 'manual' }));
    await turn(shopId);
    const { rows } = await database.query<{ key: string }>(
      `select customer_id || ':' || entry || ':' || step as key from offers limit 1`,
    );
    const offers = rows[0]!.key;
    for (const form of [
      { what: 'approve', value: '' },
      { what: 'approve', value: '', offers: '1,2' },
      { what: 'skip', value: 'because', offers },
      { what: 'assign', value: 'me', offers },
    ])
      expect((await decide(id, form as Record<string, string>)).status).toBe(400);
    expect((await decide(id, { what: 'assign', value: '999', offers })).status).toBe(404);
    expect(await queueCounts(shopId, id, STEN)).toMatchObject({ later: 0, mine: 0 });
  });
});

describe('the live count', () => {
  const count = (audience: unknown, user = OWNER) =>
    post('/app/campaigns/count', 'routes/app.campaigns.count', { audience: JSON.stringify(audience) }, user);

  it('given an audience, then it tells how many take part and why others do not; something else is refused', async () => {
    const { audience } = planOf();
    const all = (await (await count(audience)).json()) as { count: { members: number; asked: number } };
    expect(all.count.members).toBeGreaterThan(40);
    const agreed = await (await count({ ...audience, consent: 'email' })).json();
    expect(agreed).toMatchObject({ count: { members: 0, leftOut: { 'no-consent': all.count.asked } } });
    expect((await count({ ...audience, quietDays: -1 })).status).toBe(400);
    expect((await count(audience, STEN)).status).toBe(403);
  });
});
