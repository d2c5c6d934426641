import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { readSettings, saveSettings } from '#app/models/settings.server.ts';
import { testDatabase } from '#tests/support/database.ts';
import { builtPages, storeScores, type BuiltPages } from './built-pages.ts';

const databaseUrl = testDatabase();
let pages: BuiltPages;
let mine: string;
let shopId: number;
let database: Client;

beforeAll(async () => {
  pages = await builtPages();
  mine = pages.shops[0];
  expect((await pages.askAs(mine, '/app/settings')).status).toBe(200);
  shopId = (await directory.shopByDomain(mine))!.id;
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
  await database.query('delete from pgboss.job');
  const { version } = await readSettings(shopId);
  await saveSettings(shopId, version, {
    writeBack: 'not-asked',
    tagPrefix: 'rfm',
    windowDays: null,
    countTest: false,
    cycleLength: null,
    cycleUnit: null,
    marginPercent: null,
  });
});

const queued = async () => {
  const { rows } = await database.query<{ name: string }>('select name from pgboss.job order by name');
  return rows.map(({ name }) => name);
};

describe('the settings form', () => {
  const settings = async (change: Record<string, string> = {}) => ({
    intent: 'save',
    version: String((await readSettings(shopId)).version),
    countTest: 'false',
    countCancelled: 'false',
    countUnpaid: 'false',
    countZero: 'false',
    window: 'all',
    windowDays: '365',
    frequencyMethod: '',
    companiesApart: 'true',
    tillApart: 'false',
    ownR: '',
    ownF: '',
    ownM: '',
    tagPrefix: 'rfm',
    cycleUnit: 'suggested',
    cycleLength: '',
    marginPercent: '',
    writeBack: 'false',
    ...change,
  });
  const save = async (form: Record<string, string>) => {
    const answer = await pages.send(mine, '/app/settings', 'routes/app.settings', form);
    return answer.status === 200 ? ((await answer.json()) as object) : answer.status;
  };

  it('given a changed rule, when it is saved, then it is stored and the customers are scored again', async () => {
    const before = (await readSettings(shopId)).version;
    expect(await save(await settings({ countTest: 'true', window: 'days', windowDays: '180' }))).toEqual({
      result: 'saved',
    });
    const after = await readSettings(shopId);
    expect(after).toMatchObject({ countTest: true, windowDays: 180, version: before + 1 });
    expect(await queued()).toEqual(['score-customers']);
  });

  it('given cut points of their own, when they are saved, then they are stored in days, orders and minor units', async () => {
    const own = { ownR: '200;90;60;30', ownF: '2;3;4;6', ownM: '20;50.5;100;250.25' };
    expect(await save(await settings(own))).toEqual({ result: 'saved' });
    expect((await readSettings(shopId)).ownCutPoints).toEqual({
      r: [200, 90, 60, 30],
      f: [2, 3, 4, 6],
      m: [2000, 5050, 10_000, 25_025],
    });
    expect(await queued()).toEqual(['score-customers']);
    expect(await save(await settings())).toEqual({ result: 'saved' });
    expect((await readSettings(shopId)).ownCutPoints).toEqual({});
  });

  it.each([
    ['ownR', '30;60;90;200', 'r'],
    ['ownR', '200;90;60', 'r'],
    ['ownR', '200;90;60;-1', 'r'],
    ['ownR', '200;90;;30', 'r'],
    ['ownF', '1;2;3;4', 'f'],
    ['ownF', '2;2;3;4', 'f'],
    ['ownF', '2;3;4;4.5', 'f'],
    ['ownM', '0;1;2;3', 'm'],
    ['ownM', '1;2;3;1e9', 'm'],
    ['ownM', '1;2;3;99999999999', 'm'],
  ])(
    'given %s of %j, which nobody can be scored by, then its field is named',
    async (field, text, dimension) => {
      expect(await save(await settings({ [field]: text }))).toEqual({
        result: 'invalid',
        problems: { own: [dimension] },
      });
      expect((await readSettings(shopId)).ownCutPoints).toEqual({});
    },
  );

  it('given a changed rule, when it is only asked what it would do, then nothing is saved and it is worked out', async () => {
    const before = await readSettings(shopId);
    const form = await settings({ intent: 'simulate', window: 'days', windowDays: '180' });
    const answer = (await save(form)) as { result: string; number: number };
    expect(answer.result).toBe('simulating');
    expect(await readSettings(shopId)).toEqual(before);
    expect(await queued()).toEqual(['simulate']);
    const look = await pages.askAs(mine, `/app/simulation?number=${answer.number}`);
    expect(await look.json()).toEqual({ number: answer.number, at: 'asked' });
    expect(await save(await settings({ intent: 'simulate', window: 'days', windowDays: '1' }))).toMatchObject(
      {
        result: 'invalid',
      },
    );
    expect(await save({ ...form, version: String(before.version + 1) })).toEqual({
      result: 'changed-elsewhere',
    });
  });

  it.each(['', '0', '-1', '1.5', '99999999999', 'x'])(
    'given a look at simulation %j, which there is not, then it says so',
    async (number) => {
      const look = await pages.askAs(mine, `/app/simulation?number=${number}`);
      expect(await look.json()).toMatchObject({ at: 'outdated' });
    },
  );

  it('given a past day, when it is asked for, then it is worked out; another day is refused', async () => {
    const ask = async (day: string) =>
      (await pages.send(mine, '/app/past', 'routes/app.past', { day })).json() as Promise<{ result: string }>;
    for (const day of ['', '2026-02-30', '1999-01-01', '2999-01-01', "2020-01-01'"]) {
      expect(await ask(day)).toEqual({ result: 'invalid' });
    }
  });

  it('X13: given a double click, then the form is saved once and both say so', async () => {
    const form = await settings({ countTest: 'true' });
    const before = (await readSettings(shopId)).version;
    const answers = [await save(form), await save(form)];
    expect(answers).toEqual([{ result: 'saved' }, { result: 'saved' }]);
    expect((await readSettings(shopId)).version).toBe(before + 1);
    expect(await queued()).toEqual(['score-customers']);
  });

  it('X13: given a form that five windows send at the same moment, then it is saved once and all say so', async () => {
    const form = await settings({ countTest: 'true' });
    const answers = await Promise.all(Array.from({ length: 5 }, () => save(form)));
    expect(answers).toEqual(Array.from({ length: 5 }, () => ({ result: 'saved' })));
    expect((await readSettings(shopId)).version).toBe(Number(form.version) + 1);
    expect(await queued()).toEqual(['score-customers']);
  });

  it('X13: given settings that were changed elsewhere, then nothing is stored and the page is told', async () => {
    const form = await settings({ countTest: 'true' });
    await saveSettings(shopId, Number(form.version), { windowDays: 90 });
    expect(await save(form)).toEqual({ result: 'changed-elsewhere' });
    expect(await readSettings(shopId)).toMatchObject({ windowDays: 90, countTest: false });
    expect(await queued()).toEqual([]);
  });

  it.each(['', 'a,b', 'a:b', 'a b', 'x'.repeat(41), 'tab\tbed', 'nul\u0000'])(
    'given the prefix %j, then its field is named and nothing is stored',
    async (tagPrefix) => {
      expect(await save(await settings({ tagPrefix }))).toEqual({
        result: 'invalid',
        problems: { tagPrefix: 'tagPrefix' },
      });
      expect((await readSettings(shopId)).tagPrefix).toBe('rfm');
    },
  );

  it('given a margin, when it is saved, then it is stored and nobody is scored again; without one it is not said', async () => {
    expect(await save(await settings({ marginPercent: ' 55 ' }))).toEqual({ result: 'saved' });
    expect((await readSettings(shopId)).marginPercent).toBe(55);
    for (const marginPercent of ['0', '101', '5.5', 'half', '-3'])
      expect(await save(await settings({ marginPercent }))).toEqual({
        result: 'invalid',
        problems: { marginPercent: 'margin' },
      });
    expect((await readSettings(shopId)).marginPercent).toBe(55);
    expect(await save(await settings())).toEqual({ result: 'saved' });
    expect((await readSettings(shopId)).marginPercent).toBeNull();
    expect(await queued()).toEqual([]);
  });

  it.each([
    ['days', '74', 74],
    ['days', '1095', 1095],
    ['months', '3', 3],
    ['months', '36', 36],
  ])(
    'given a purchase cycle in %s of %s, when it is saved twice, then it is stored once and nobody is scored again',
    async (cycleUnit, cycleLength, length) => {
      const form = await settings({ cycleUnit, cycleLength });
      expect([await save(form), await save(form)]).toEqual([{ result: 'saved' }, { result: 'saved' }]);
      expect(await readSettings(shopId)).toMatchObject({
        cycleUnit,
        cycleLength: length,
        version: Number(form.version) + 1,
      });
      expect(await queued()).toEqual([]);
      expect(await save(await settings({ cycleLength }))).toEqual({ result: 'saved' });
      expect(await readSettings(shopId)).toMatchObject({ cycleUnit: null, cycleLength: null });
    },
  );

  it.each([
    ['days', '', 'cycleDays'],
    ['days', '0', 'cycleDays'],
    ['days', '1096', 'cycleDays'],
    ['days', '7.5', 'cycleDays'],
    ['days', '-7', 'cycleDays'],
    ['days', '1e2', 'cycleDays'],
    ['months', '37', 'cycleMonths'],
    ['months', '010', 'cycleMonths'],
  ])(
    'given a purchase cycle in %s of %j, then its field is named and nothing is stored',
    async (cycleUnit, cycleLength, problem) => {
      expect(await save(await settings({ cycleUnit, cycleLength }))).toEqual({
        result: 'invalid',
        problems: { cycleLength: problem },
      });
      expect(await readSettings(shopId)).toMatchObject({ cycleUnit: null, cycleLength: null });
    },
  );

  it.each(['', '29', '3651', '1e3', '-90', '90.5', ' 90'])(
    'given a window of %j days, then its field is named and nothing is stored',
    async (windowDays) => {
      expect(await save(await settings({ window: 'days', windowDays }))).toEqual({
        result: 'invalid',
        problems: { windowDays: 'windowDays' },
      });
    },
  );

  it.each([
    ['without a version', { version: '' }],
    ['with a field of its own', { shopId: '1' }],
    ['with another method', { frequencyMethod: 'made-up' }],
    ['that reaches for the prototype', { ['__proto__']: 'x', constructor: 'y' }],
  ])('given a form %s, then it is refused as none of the page', async (_, change) => {
    expect(await save(await settings(change))).toBe(400);
  });

  it('given that writing is on, when the prefix changes, then Home asks before anything is written', async () => {
    await saveSettings(shopId, (await readSettings(shopId)).version, { writeBack: 'on' });
    expect(await save(await settings({ tagPrefix: 'loyalty', writeBack: 'true' }))).toEqual({
      result: 'saved',
    });
    expect(await readSettings(shopId)).toMatchObject({ tagPrefix: 'loyalty', writeBack: 'not-asked' });
    expect(await queued()).toEqual([]);
  });

  it('given that writing went off, when the prefix changes and writing goes on again, then Home asks first', async () => {
    await saveSettings(shopId, (await readSettings(shopId)).version, { writeBack: 'off' });
    await save(await settings({ tagPrefix: 'other' }));
    await save(await settings({ tagPrefix: 'other', writeBack: 'true' }));
    expect(await readSettings(shopId)).toMatchObject({ tagPrefix: 'other', writeBack: 'not-asked' });
    expect(await queued()).toEqual([]);
  });

  it('given nobody was asked yet, when the form says write, then the question on Home stays open', async () => {
    expect(await save(await settings({ writeBack: 'true' }))).toEqual({ result: 'saved' });
    expect((await readSettings(shopId)).writeBack).toBe('not-asked');
    expect(await queued()).toEqual([]);
  });

  it('given something written, when everything is to be removed, then one removal is planned and writing ends', async () => {
    await saveSettings(shopId, (await readSettings(shopId)).version, { writeBack: 'on' });
    const form = { intent: 'remove-all' };
    expect([await save(form), await save(form)]).toEqual([{ result: 'removing' }, { result: 'removing' }]);
    expect((await readSettings(shopId)).writeBack).toBe('removing');
    expect(await queued()).toEqual(['plan-write-back']);
    // A Write from a window that was open before does not end the removal.
    const write = { intent: 'write-back', answer: 'write' };
    const home = await pages.send(mine, '/app?index', 'routes/app._index', write);
    expect([await home.json(), (await readSettings(shopId)).writeBack]).toEqual([
      { result: 'postponed' },
      'removing',
    ]);
  });
});

describe('the question before the first write', () => {
  // What was asked about is what the settings want.
  beforeEach(() =>
    database.query(
      'update score_runs set scoring_version = (select scoring_version from settings where settings.shop_id = score_runs.shop_id)',
    ),
  );

  const answer = async (form: Record<string, string>) => {
    const response = await pages.send(mine, '/app?index', 'routes/app._index', form);
    return response.status === 200 ? ((await response.json()) as object) : response.status;
  };

  it('X13: given a double click on Write, then one write-back is planned', async () => {
    const form = { intent: 'write-back', answer: 'write' };
    const answers = await Promise.all([answer(form), answer(form)]);
    expect(answers).toEqual([
      { result: 'writing', after: null },
      { result: 'writing', after: null },
    ]);
    expect((await readSettings(shopId)).writeBack).toBe('on');
    expect(await queued()).toEqual(['plan-write-back']);
  });

  it('X13: given Import again from five windows at the same moment, then one import is begun', async () => {
    const form = { intent: 'import-again' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => answer(form)));
    for (const one of answers) expect(one).toMatchObject({ result: 'importing' });
    const { rows } = await database.query(`select from imports where phase not in ('done', 'failed')`);
    expect(rows).toHaveLength(1);
    expect(await queued()).toEqual(['import-shop']);
  });

  it('given settings whose scores are still on their way, when Write is sent, then Home asks again once they are there', async () => {
    const { version } = await readSettings(shopId);
    await saveSettings(shopId, version, { scheme: 'six' });
    expect(await answer({ intent: 'write-back', answer: 'write' })).toEqual({ result: 'postponed' });
    expect(await queued()).toEqual([]);
    await saveSettings(shopId, version + 1, { scheme: 'ten' });
  });

  it('given Not now, then nothing is planned; a later one does not undo a Write', async () => {
    expect(await answer({ intent: 'write-back', answer: 'not-now' })).toEqual({ result: 'postponed' });
    expect((await readSettings(shopId)).writeBack).toBe('not-now');
    expect(await queued()).toEqual([]);
    await answer({ intent: 'write-back', answer: 'write' });
    await answer({ intent: 'write-back', answer: 'not-now' });
    expect((await readSettings(shopId)).writeBack).toBe('on');
  });

  it('given another form, then it is refused', async () => {
    expect(await answer({ intent: 'write-back', answer: 'maybe' })).toBe(400);
    expect(await answer({ intent: 'drop-everything' })).toBe(400);
    expect(await queued()).toEqual([]);
  });
});
