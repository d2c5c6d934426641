import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { readSettings, saveSettings } from '#app/models/settings.server.ts';
import type { OwnSegment } from '#app/rfm/own-scheme.ts';
import { OWN_SCHEME } from '#tests/jobs/own-scheme-shop.ts';
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
  expect((await pages.askAs(mine, '/app/scheme')).status).toBe(200);
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
  await database.query(`update settings set scheme = 'ten', own_scheme = null, write_back = 'on'`);
});

const { axes, segments } = OWN_SCHEME;
const form = async (change: Record<string, string> = {}) => ({
  intent: 'save',
  version: String((await readSettings(shopId)).version),
  scheme: 'own',
  own: JSON.stringify({ axes, segments }),
  ...change,
});
const save = async (sent: Record<string, string>): Promise<unknown> => {
  const answer = await pages.send(mine, '/app/scheme', 'routes/app.scheme', sent);
  return answer.status === 200 ? answer.json() : answer.status;
};
const queued = async () => {
  const { rows } = await database.query<{ name: string }>('select name from pgboss.job order by name');
  return rows.map(({ name }) => name);
};
const changed = (change: (segment: OwnSegment, place: number) => OwnSegment): string =>
  JSON.stringify({ axes, segments: segments.map(change) });

describe('the page of the scheme', () => {
  it('given saved segments, then those are named that go by the names of segments', async () => {
    const named = { what: 'segment', is: ['at-risk'], not: false };
    const spent = { what: 'spent', from: 100, to: null };
    const moved = { what: 'moved', days: 30, since: null, before: [], after: ['loyal'] };
    for (const [name, parts] of [
      ['Spent', [spent]],
      ['Named', [named]],
      ['In a group', [spent, { match: 'any', parts: [moved, spent] }]],
    ] as const)
      await database.query(
        'insert into saved_segments (shop_id, name, conditions, changed_by) values ($1, $2, $3, 1)',
        [shopId, name, JSON.stringify({ match: 'all', parts })],
      );
    const page = await pages.askAs(mine, `/app/scheme?_data=${encodeURIComponent('routes/app.scheme')}`);
    expect(await page.json()).toMatchObject({ naming: ['In a group', 'Named'] });
  });

  it('given another scheme, when it is saved, then everyone is scored again and Home asks before anything is written', async () => {
    expect(await save(await form({ scheme: 'six', own: '' }))).toEqual({ result: 'saved' });
    expect(await readSettings(shopId)).toMatchObject({ scheme: 'six', writeBack: 'not-asked' });
    expect(await queued()).toEqual(['score-customers']);
  });

  it('given that writing was switched off, when another scheme is saved, then it stays off', async () => {
    await database.query(`update settings set write_back = 'off'`);
    expect(await save(await form({ scheme: 'tiers', own: '' }))).toEqual({ result: 'saved' });
    expect((await readSettings(shopId)).writeBack).toBe('off');
  });

  it('given a scheme of the merchant’s own, when it is saved twice by a double click, then it is stored once', async () => {
    const sent = await form();
    expect([await save(sent), await save(sent)]).toEqual([{ result: 'saved' }, { result: 'saved' }]);
    const stored = await readSettings(shopId);
    expect(stored).toMatchObject({ scheme: 'own', ownScheme: OWN_SCHEME, version: Number(sent.version) + 1 });
    expect(await queued()).toEqual(['score-customers']);
  });

  it('given only other names and colours, then nobody is scored again and writing goes on', async () => {
    await save(await form());
    await database.query('delete from pgboss.job');
    await database.query(`update settings set write_back = 'on'`);
    const own = changed((one) => ({ ...one, name: `${one.name} *`, color: 'red' }));
    expect(await save(await form({ own }))).toEqual({ result: 'saved' });
    const { writeBack, ownScheme } = await readSettings(shopId);
    expect(writeBack).toBe('on');
    expect(ownScheme?.segments[0]).toMatchObject({ slug: 'vip', name: 'VIP *', color: 'red' });
    expect(await queued()).toEqual([]);
  });

  it('given a segment that is taken out, then its name is kept for what is in the history', async () => {
    await save(await form());
    const cells = segments.flatMap((one) => one.cells);
    const own = JSON.stringify({ axes, segments: [{ ...segments[1], cells }] });
    expect(await save(await form({ own }))).toEqual({ result: 'saved' });
    expect((await readSettings(shopId)).ownScheme?.former.map(({ slug }) => slug)).toEqual(['vip', 'gone']);
  });

  it.each([
    ['a hole', changed((one, place) => (place === 0 ? { ...one, cells: one.cells.slice(1) } : one))],
    ['an overlap', changed((one, place) => (place === 0 ? { ...one, cells: [...one.cells, '11'] } : one))],
    [
      'a segment without a cell',
      JSON.stringify({ axes, segments: [...segments, { ...segments[0], slug: 'x', name: 'X', cells: [] }] }),
    ],
    ['a segment without a name', changed((one, place) => (place === 0 ? { ...one, name: '  ' } : one))],
    [
      'a tag ending that cannot stand in a tag',
      changed((one, place) => (place === 0 ? { ...one, slug: 'v,ip' } : one)),
    ],
    ['two segments of one tag ending', changed((one) => ({ ...one, slug: 'same' }))],
  ])('given %s, then it is refused and nothing is stored', async (_, own) => {
    expect(await save(await form({ own }))).toEqual({ result: 'invalid' });
    expect(await readSettings(shopId)).toMatchObject({ scheme: 'ten', ownScheme: null, writeBack: 'on' });
    expect(await queued()).toEqual([]);
  });

  it.each([
    '',
    '{',
    '[]',
    '{"axes":"rf","segments":[]}',
    '{"axes":"xy","segments":[]}',
    JSON.stringify({ axes, segments, former: [] }),
  ])('given the scheme %j, which no page of ours sends, then it is refused', async (own) => {
    expect(await save(await form({ own }))).toBe(400);
  });

  it('given more segments than a shop can have had, then it is told so', async () => {
    const former = Array.from({ length: 98 }, (_, i) => ({
      slug: `old-${i}`,
      name: `Old ${i}`,
      color: 'gray' as const,
    }));
    const { version } = await readSettings(shopId);
    await saveSettings(shopId, version, { ownScheme: { ...OWN_SCHEME, former } });
    expect(await save(await form())).toEqual({ result: 'too-many' });
    expect((await readSettings(shopId)).scheme).toBe('ten');
  });

  it('X13: given settings that were changed elsewhere, then nothing is stored and the page is told', async () => {
    const sent = await form();
    await saveSettings(shopId, Number(sent.version), { windowDays: 90 });
    expect(await save(sent)).toEqual({ result: 'changed-elsewhere' });
    expect((await readSettings(shopId)).scheme).toBe('ten');
    await saveSettings(shopId, Number(sent.version) + 1, { windowDays: null });
  });

  it('given a scheme, when it is only asked what it would do, then nothing is saved and it is worked out', async () => {
    const before = await readSettings(shopId);
    expect(await save(await form({ intent: 'simulate' }))).toMatchObject({ result: 'simulating' });
    expect(await readSettings(shopId)).toEqual(before);
    expect(await queued()).toEqual(['simulate']);
  });
});
