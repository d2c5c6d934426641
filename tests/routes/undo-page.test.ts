import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory, sqlInShop, type ShopRow } from '#app/db.server.ts';
import { previewUndo } from '#app/jobs/preview-undo.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { runJob } from '#app/jobs/run-job.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { settleWrites } from '#app/models/settle-writes.server.ts';
import { createWriteRun, updateWriteRun, type StoredPlan } from '#app/models/write-runs.server.ts';
import { planWrites, takePlanned } from '#app/models/writes.server.ts';
import { createPlanTotals } from '#app/rfm/write-cost.ts';
import { CLERKS } from '#tests/fake-shopify/shop-office.ts';
import { testDatabase } from '#tests/support/database.ts';
import { builtPages, type BuiltPages } from './built-pages.ts';

testDatabase();
let pages: BuiltPages;
let shop: ShopRow;
let other: ShopRow;

beforeAll(async () => {
  pages = await builtPages();
  for (const domain of pages.shops) expect((await pages.askAs(domain, '/app/progress')).status).toBe(200);
  shop = (await directory.shopByDomain(pages.shops[0]))!;
  other = (await directory.shopByDomain(pages.shops[1]))!;
});
afterAll(async () => {
  await pages.close();
  await closeQueue(1);
});

const PLAN: StoredPlan = {
  ...createPlanTotals().finish(),
  seconds: 0,
  transport: { direct: [], bulk: {}, seconds: 0 },
  cleanUp: false,
  problem: null,
};

/** A write-back that put a tag on customers 1001 to 1003. */
async function writtenRun(of: ShopRow): Promise<number> {
  const { id } = await createWriteRun(of.id, of.generation, PLAN);
  await sqlInShop(of.id, async (client) => {
    await client.query(
      `insert into customers (shop_id, id, created_at, updated_at) select $1, n, now(), now()
       from generate_series(1001, 1003) n on conflict do nothing`,
      [of.id],
    );
    const rows = [1001, 1002, 1003].map((customerId) => ({
      customerId,
      kind: 'tag-add' as const,
      value: 'rfm:new',
      before: '',
    }));
    await planWrites(client, of.id, id, rows);
  });
  const rows = await takePlanned(of.id, id, 'tags-add', 10);
  await settleWrites(of.id, id, { done: rows.map((row) => row.id), failed: [], points: 30 });
  await updateWriteRun(of.id, id, { state: 'done', finishedAt: Date.now() });
  return id;
}

const ROUTE = 'routes/app.writes.$runId';
type Page = {
  undo: { barrier: string | null; underWay: { state: string } | null; later: number };
  manages: boolean;
};

/** The page's data. */
async function look(runId: number, query = '', userId?: number): Promise<{ page: Page }> {
  const address = `/app/writes/${runId}?${query}&_data=${encodeURIComponent(ROUTE)}`;
  const answer = await pages.askAs(shop.domain, address, {}, userId);
  const text = await answer.text();
  return { page: JSON.parse(text.split('\n\n')[0] ?? '') as Page };
}

const send = (of: ShopRow, runId: number, form: Record<string, string>) =>
  pages.send(of.domain, `/app/writes/${runId}`, ROUTE, form);
const wish = async () => {
  const { writeBack, undoRunId } = await readSettings(shop.id);
  return [writeBack, undoRunId];
};
const set = (statement: string) => sqlInShop(shop.id, (client) => client.query(statement));

describe('given a write-back', () => {
  let first: number;
  let second: number;
  beforeAll(async () => {
    first = await writtenRun(shop);
    second = await writtenRun(shop);
  });

  it('when a manager asks, then the page counts what undoing would do, with what came later', async () => {
    expect((await look(first)).page).toMatchObject({
      undo: { barrier: null, underWay: null, later: 1 },
    });
    const asked = (await (await send(shop, first, { intent: 'preview' })).json()) as { number: number };
    expect(asked).toEqual({ result: 'counting', number: expect.any(Number) });
    const counted = async (of = shop, who?: number) =>
      pages.askAs(of.domain, `/app/undo-plan?number=${asked.number}`, {}, who);
    expect(await (await counted()).json()).toMatchObject({ at: 'asked', looked: 0, of: null });
    await runJob(previewUndo, { shopId: shop.id, generation: shop.generation }, new AbortController().signal);
    expect(await (await counted()).json()).toMatchObject({
      at: 'done',
      result: { customers: 3, unknown: 0 },
    });
    // Nobody else's business.
    expect(await (await counted(other)).json()).toEqual({ number: asked.number, at: 'outdated' });
    expect((await counted(shop, CLERKS[0]!.id)).status).toBe(403);
    expect(await wish()).toEqual(['not-asked', null]);
  });

  it('when staff ask, then nothing is counted for them, and they can neither undo nor stop', async () => {
    const clerk = CLERKS[0]!.id;
    const { page } = await look(first, '', clerk);
    expect(page).toMatchObject({ manages: false, undo: { barrier: null } });
    for (const intent of ['preview', 'undo', 'stop']) {
      const path = `/app/writes/${first}?_data=${encodeURIComponent(ROUTE)}`;
      const body = new URLSearchParams({ intent });
      const answer = await pages.askAs(shop.domain, path, { method: 'POST', body }, clerk);
      expect(answer.status).toBe(403);
    }
    expect(await wish()).toEqual(['not-asked', null]);
  });

  it('when another shop asks for it, then it does not exist there and nothing is undone', async () => {
    expect((await send(other, first, { intent: 'undo' })).status).toBe(404);
    expect(await wish()).toEqual(['not-asked', null]);
  });

  it('when a form is not the page’s, then it is refused', async () => {
    for (const form of [{}, { intent: 'redo' }, { intent: 'undo', more: '1' }] as Record<string, string>[])
      expect((await send(shop, first, form)).status).toBe(400);
    expect(await wish()).toEqual(['not-asked', null]);
  });

  it('then it says in one word why it cannot be undone: too old, of a former install, under way, nothing written', async () => {
    const barrier = async (runId: number) => (await look(runId)).page.undo.barrier;
    const empty = await createWriteRun(shop.id, shop.generation, PLAN);
    expect(await barrier(empty.id)).toBe('open');
    await updateWriteRun(shop.id, empty.id, { state: 'done' });
    expect(await barrier(empty.id)).toBe('nothing');
    expect(await (await send(shop, empty.id, { intent: 'preview' })).json()).toEqual({
      result: 'not-possible',
    });
    await set(`update write_runs set started_at = now() - interval '31 days' where id = ${first}`);
    expect(await barrier(first)).toBe('old');
    expect(await (await send(shop, first, { intent: 'undo' })).json()).toEqual({ result: 'not-possible' });
    await set(`update write_runs set started_at = now() - interval '29 days' where id = ${first}`);
    expect(await barrier(first)).toBe(null);
    await set(`update write_runs set generation = generation - 1 where id = ${first}`);
    expect(await barrier(first)).toBe('former-install');
    await set(`update write_runs set generation = generation + 1 where id = ${first}`);
    await set(`update settings set write_back = 'removing'`);
    expect(await barrier(first)).toBe('removing');
    expect(await (await send(shop, first, { intent: 'undo' })).json()).toEqual({ result: 'not-possible' });
    await set(`update settings set write_back = 'on'`);
  });

  it('when it is confirmed twice, then it is wished once, writing pauses, another waits, and stopping ends the wish', async () => {
    for (let click = 0; click < 2; click += 1)
      expect(await (await send(shop, first, { intent: 'undo' })).json()).toEqual({ result: 'undoing' });
    expect(await wish()).toEqual(['undoing', first]);
    expect((await look(first)).page.undo).toMatchObject({ barrier: null, underWay: { state: 'planned' } });
    expect((await look(second)).page.undo.barrier).toBe('undoing');
    expect(await (await send(shop, second, { intent: 'undo' })).json()).toEqual({ result: 'not-possible' });
    await send(shop, second, { intent: 'stop' });
    expect(await wish()).toEqual(['undoing', first]);
    expect(await (await send(shop, first, { intent: 'stop' })).json()).toEqual({ result: 'stopping' });
    expect(await wish()).toEqual(['not-now', null]);
  });
});
