import { describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { contested, journalSent, openFollowing, withoutTags } from '#app/models/following-writes.server.ts';
import { addPending, beginPending } from '#app/models/pending.server.ts';
import { settleWrites } from '#app/models/settle-writes.server.ts';
import { closeUnsettled, noteUnsettled, unsettledWrites } from '#app/models/unsettled-writes.server.ts';
import {
  createWriteRun,
  latestWriteRun,
  updateWriteRun,
  type StoredPlan,
} from '#app/models/write-runs.server.ts';
import { planWrites, type JournalRow } from '#app/models/writes.server.ts';
import { createPlanTotals } from '#app/rfm/write-cost.ts';
import type { PlannedWrite, WriteKind } from '#app/rfm/write-plan.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

const GENERATION = 1;
const PLAN: StoredPlan = {
  ...createPlanTotals().finish(),
  seconds: 1,
  transport: { direct: [], bulk: {}, seconds: 1 },
  cleanUp: false,
  problem: null,
};

const open = (shopId: number, plan = PLAN, generation = GENERATION): Promise<number> =>
  sqlInShop(shopId, (client) => openFollowing(client, shopId, generation, plan));
const sql = (shopId: number, statement: string): Promise<unknown> =>
  sqlInShop(shopId, (client) => client.query(statement, [shopId]));

type Written = PlannedWrite & { customerId: number };
const write = (customerId: number, kind: WriteKind, value: string): Written => ({ customerId, kind, value });
const sent = (shopId: number, runId: number, rows: Written[]): Promise<JournalRow[]> =>
  sqlInShop(shopId, (client) => journalSent(client, shopId, runId, rows));
const idsOf = (rows: readonly JournalRow[]): number[] => rows.map(({ id }) => id);

async function journal(shopId: number): Promise<unknown[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ customer: number; value: string; state: string; attempts: number }>(
      'select customer_id as customer, value, state, attempts from writes where shop_id = $1 order by id',
      [shopId],
    );
    return rows.map(({ customer, value, state, attempts }) => [customer, value, state, attempts]);
  });
}

describe('the write-back that follows the scores', () => {
  it('given none yet, then one begins; given one of today that is over, then it goes on', async () => {
    const { id } = await testShop();
    const run = await open(id);
    expect(await latestWriteRun(id)).toMatchObject({
      id: run,
      kind: 'following',
      state: 'sending',
      plan: PLAN,
    });
    await updateWriteRun(id, run, { state: 'done', finishedAt: Date.now() });
    expect(await open(id, { ...PLAN, seconds: 2 })).toBe(run);
    expect(await latestWriteRun(id)).toMatchObject({
      id: run,
      state: 'sending',
      finishedAt: null,
      plan: { ...PLAN, seconds: 2 },
    });
  });

  it('given one that failed, is of yesterday or of an earlier install, then another one begins', async () => {
    const { id } = await testShop();
    const first = await open(id);
    await updateWriteRun(id, first, { state: 'failed' });
    const second = await open(id);
    expect(second).toBeGreaterThan(first);
    await updateWriteRun(id, second, { state: 'done' });
    await sql(id, `update write_runs set started_at = now() - interval '25 hours' where shop_id = $1`);
    const third = await open(id);
    expect(third).toBeGreaterThan(second);
    await updateWriteRun(id, third, { state: 'done' });
    expect(await open(id, PLAN, GENERATION + 1)).toBeGreaterThan(third);
  });

  it('given that everyone was written since, then another one begins', async () => {
    const { id } = await testShop();
    const first = await open(id);
    await updateWriteRun(id, first, { state: 'done' });
    const full = await createWriteRun(id, GENERATION, PLAN);
    await updateWriteRun(id, full.id, { state: 'done' });
    expect(await open(id)).toBeGreaterThan(full.id);
  });

  it('journals its writes as on their way, in their order', async () => {
    const { id } = await testShop();
    const run = await open(id);
    const rows = await sent(id, run, [write(9, 'tag-remove', 'rfm:new'), write(2, 'tag-add', 'rfm:loyal')]);
    expect(rows.map(({ customerId, kind, value }) => ({ customerId, kind, value }))).toEqual([
      write(9, 'tag-remove', 'rfm:new'),
      write(2, 'tag-add', 'rfm:loyal'),
    ]);
    expect(idsOf(rows)).toEqual(idsOf(rows).toSorted((a, b) => a - b));
    expect(await journal(id)).toEqual([
      [9, 'rfm:new', 'sent', 1],
      [2, 'rfm:loyal', 'sent', 1],
    ]);
  });
});

describe('X4: a customer whose tag somebody else takes away each time', () => {
  const asked = (shopId: number, customers: number[] | null): Promise<number[]> =>
    sqlInShop(shopId, async (client) => [...(await contested(client, shopId, customers))].sort());

  it('is told from others by six additions of a day that arrived', async () => {
    const { id } = await testShop();
    const run = await open(id);
    const times = (n: number, customerId: number, kind: WriteKind = 'tag-add') =>
      Array.from({ length: n }, () => write(customerId, kind, 'rfm:new'));
    const done = await sent(id, run, [
      ...times(6, 1),
      ...times(5, 2),
      ...times(6, 3, 'tag-remove'),
      ...times(7, 4),
    ]);
    await settleWrites(id, run, { done: idsOf(done), failed: [], points: 0 });
    await sent(id, run, times(6, 5));
    expect(await asked(id, null)).toEqual([1, 4]);
    expect(await asked(id, [1, 2, 3, 5])).toEqual([1]);
    await updateWriteRun(id, run, { state: 'done', finishedAt: Date.now() });
    expect(await asked(id, null)).toEqual([1, 4]);
    await sql(id, `update writes set updated_at = updated_at - interval '25 hours' where shop_id = $1`);
    expect(await asked(id, null)).toEqual([]);
    expect(await asked(id, [1])).toEqual([]);
  });

  it('is written everything but tags', () => {
    const all = (['tag-remove', 'tag-add', 'segment-set', 'profile-delete'] as const).map((kind) => ({
      kind,
      value: kind,
    }));
    expect(withoutTags(all).map(({ kind }) => kind)).toEqual(['segment-set', 'profile-delete']);
  });
});

describe('X3: writes that were sent and never answered', () => {
  const gathered = (shopId: number, customers: number[] | null) =>
    sqlInShop(shopId, async (client) => Object.fromEntries(await unsettledWrites(client, shopId, customers)));

  it('are gathered by customer, each tag once, and those that were answered are not', async () => {
    const { id } = await testShop();
    const first = await open(id);
    const answered = await sent(id, first, [
      write(1, 'tag-add', 'rfm:loyal'),
      write(4, 'tag-add', 'rfm:new'),
    ]);
    await settleWrites(id, first, {
      done: idsOf(answered.slice(0, 1)),
      failed: [{ id: answered[1]?.id ?? 0, error: 'gone' }],
      points: 0,
    });
    await sent(id, first, [
      write(1, 'tag-remove', 'rfm:new'),
      write(1, 'tag-remove', 'rfm:New'),
      write(1, 'tag-add', 'rfm:champions'),
      write(1, 'segment-set', 'champions'),
    ]);
    const second = await createWriteRun(id, GENERATION, PLAN);
    await sent(id, second.id, [
      write(1, 'tag-add', 'rfm:champions'),
      write(1, 'tag-add', 'rfm:loyal'),
      write(2, 'profile-set', '{}'),
      write(3, 'segment-delete', ''),
      write(5, 'profile-delete', ''),
    ]);
    const none = { added: [], removed: [], segment: false, profile: false };
    const all = {
      1: {
        added: ['rfm:champions', 'rfm:loyal'],
        removed: ['rfm:new', 'rfm:New'],
        segment: true,
        profile: false,
      },
      2: { ...none, profile: true },
      3: { ...none, segment: true },
      5: { ...none, profile: true },
    };
    expect(await gathered(id, null)).toEqual(all);
    expect(await gathered(id, [2, 4, 9])).toEqual({ 2: all[2] });
  });

  it('are closed once a later write-back has written all of it again', async () => {
    const { id } = await testShop();
    const first = await open(id);
    await sent(id, first, [write(1, 'tag-add', 'rfm:new')]);
    const second = await createWriteRun(id, GENERATION, PLAN);
    await sent(id, second.id, [write(1, 'tag-add', 'rfm:new')]);
    await closeUnsettled(id, second.id);
    expect(await journal(id)).toEqual([
      [1, 'rfm:new', 'failed', 1],
      [1, 'rfm:new', 'sent', 1],
    ]);
  });

  it('are noted for writing when their write-back fails, with what was only planned, and nothing else', async () => {
    const { id } = await testShop();
    const run = await createWriteRun(id, GENERATION, PLAN);
    const other = await createWriteRun(id, GENERATION, PLAN);
    const done = await sent(id, run.id, [write(1, 'tag-add', 'rfm:new')]);
    await settleWrites(id, run.id, { done: idsOf(done), failed: [], points: 0 });
    await sent(id, run.id, [write(3, 'tag-add', 'rfm:new'), write(3, 'segment-set', 'new')]);
    await sent(id, other.id, [write(4, 'tag-add', 'rfm:new')]);
    await sqlInShop(id, async (client) => {
      await planWrites(client, id, run.id, [write(2, 'tag-add', 'rfm:new')]);
      await addPending(client, id, 'write', [3]);
    });
    expect(await beginPending(id, 'write', 10)).toEqual([3]);
    await noteUnsettled(id, run.id);
    const { rows } = await sqlInShop(id, (client) =>
      client.query(`select id, begun from pending where shop_id = $1 and kind = 'write' order by id`, [id]),
    );
    expect(rows).toEqual([
      { id: 2, begun: false },
      { id: 3, begun: false },
    ]);
  });
});
