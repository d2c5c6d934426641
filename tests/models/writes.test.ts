import { describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { loadCustomers } from '#app/models/customers.server.ts';
import { markSent, planAgain, planWrites, rowsOfOperation, takePlanned } from '#app/models/writes.server.ts';
import { settleWrites } from '#app/models/settle-writes.server.ts';
import { createWriteRun, latestWriteRun } from '#app/models/write-runs.server.ts';
import { nextPlanRange, readPlanRows, writtenOn, type PlanRow } from '#app/models/written.server.ts';
import { customerBatch } from '#app/rfm/batches.ts';
import type { PlannedWrite } from '#app/rfm/write-plan.ts';
import { createPlanTotals, type Channel } from '#app/rfm/write-cost.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

async function planned(shopId: number, rows: (PlannedWrite & { customerId: number })[]): Promise<number> {
  const run = await createWriteRun(shopId, 1, {
    ...createPlanTotals().finish(),
    seconds: 1,
    transport: { direct: [], bulk: {}, seconds: 1 },
    cleanUp: false,
    problem: null,
  });
  await sqlInShop(shopId, (client) => planWrites(client, shopId, run.id, rows));
  return run.id;
}

async function addCustomer(shopId: number, id: number, tags: string[]): Promise<void> {
  const batch = customerBatch(1);
  batch.id[0] = id;
  batch.createdAt[0] = 1;
  batch.updatedAt[0] = 1;
  batch.companyIds[0] = [Number.MAX_SAFE_INTEGER, 2];
  batch.tags[0] = tags;
  batch.emailConsent[0] = null;
  batch.smsConsent[0] = 'SUBSCRIBED';
  batch.length = 1;
  await sqlInShop(shopId, async (client) => {
    const load = await loadCustomers(client, shopId);
    await load.add(batch);
    await load.finish();
  });
}

async function planRows(shopId: number): Promise<PlanRow[]> {
  const rows: PlanRow[] = [];
  await sqlInShop(shopId, async (client) => {
    const range = await nextPlanRange(client, shopId, 0, 100);
    await readPlanRows(client, shopId, range, (row) => rows.push(row));
  });
  return rows;
}

describe('the journal', () => {
  it('remembers on each customer exactly what was done, and nothing of what failed', async () => {
    const { id } = await testShop();
    await addCustomer(id, 7, ['VIP', 'RFM:Loyal', 'naïve, été 🎉']);
    const run = await planned(id, [
      { customerId: 7, kind: 'tag-remove', value: 'RFM:Loyal' },
      { customerId: 7, kind: 'tag-add', value: 'rfm:champions' },
      { customerId: 7, kind: 'segment-set', value: 'champions' },
      { customerId: 7, kind: 'profile-set', value: '{"r":5}' },
    ]);
    const taken = await Promise.all(
      (['tags-remove', 'tags-add', 'metafields-set'] as const).map((channel) =>
        takePlanned(id, run, channel, 10),
      ),
    );
    const rows = taken.flat();
    expect(rows.map((row) => row.kind)).toEqual(['tag-remove', 'tag-add', 'segment-set', 'profile-set']);
    await markSent(
      id,
      rows.map((row) => row.id),
    );
    const failed = { id: rows[3]?.id ?? 0, error: 'Customer is gone' };
    const done = rows.slice(0, 3).map((row) => row.id);
    await settleWrites(id, run, { done, failed: [failed], points: 30 });
    // Settling again changes nothing: what is done stays done.
    await settleWrites(id, run, { done, failed: [{ id: done[0] ?? 0, error: 'late' }], points: 0 });
    expect(await writtenOn(id, 7)).toEqual({ tags: ['rfm:champions'], segment: 'champions', profile: null });
    expect(await planRows(id)).toEqual([
      {
        customerId: 7,
        scored: null,
        written: { tags: ['rfm:champions'], segment: 'champions', profile: null },
        tags: ['VIP', 'naïve, été 🎉', 'rfm:champions'],
      },
    ]);
    // The tallies are kept as rows are settled, so that progress costs the same for any journal.
    expect(await latestWriteRun(id)).toMatchObject({ points: 30, done: 3, failed: 1 });
  });

  it('forgets a customer who carries nothing of ours any more', async () => {
    const { id } = await testShop();
    const set = await planned(id, [{ customerId: 1, kind: 'tag-add', value: 'rfm:new' }]);
    const added = await takePlanned(id, set, 'tags-add', 10);
    await settleWrites(id, set, { done: added.map((row) => row.id), failed: [], points: 10 });
    const gone = await planned(id, [{ customerId: 1, kind: 'tag-remove', value: 'rfm:new' }]);
    const removed = await takePlanned(id, gone, 'tags-remove', 10);
    await settleWrites(id, gone, { done: removed.map((row) => row.id), failed: [], points: 10 });
    expect(await writtenOn(id, 1)).toBeNull();
    expect(await planRows(id)).toEqual([]);
  });

  it('hands out first what was sent and never answered, and leaves alone what a bulk operation carries', async () => {
    const { id } = await testShop();
    const run = await planned(
      id,
      [1, 2, 3, 4].map((customerId) => ({ customerId, kind: 'tag-add' as const, value: 'rfm:new' })),
    );
    const all = await takePlanned(id, run, 'tags-add', 10);
    expect(all.map((row) => row.customerId)).toEqual([1, 2, 3, 4]);
    await markSent(id, [all[2]?.id ?? 0]);
    await markSent(id, [all[0]?.id ?? 0, all[3]?.id ?? 0], 9);
    expect((await takePlanned(id, run, 'tags-add', 10)).map((row) => row.customerId)).toEqual([3]);
    expect((await rowsOfOperation(id, run, 9)).map((row) => row.customerId)).toEqual([1, 4]);
    await planAgain(id, run, 9);
    await settleWrites(id, run, { done: [all[2]?.id ?? 0], failed: [], points: 10 });
    expect((await takePlanned(id, run, 'tags-add', 2)).map((row) => row.customerId)).toEqual([1, 2]);
  });

  it('hands out a channel only what is its own, and says what each row is for', async () => {
    const { id } = await testShop();
    const run = await planned(id, [
      { customerId: 1, kind: 'segment-delete', value: '' },
      { customerId: 1, kind: 'tag-add', value: 'rfm:new' },
      { customerId: 2, kind: 'profile-set', value: '{}' },
      { customerId: 1, kind: 'profile-delete', value: '' },
      { customerId: 2, kind: 'segment-set', value: 'new' },
      { customerId: 1, kind: 'tag-remove', value: 'rfm:loyal' },
    ]);
    const taken = async (channel: Channel, limit = 10) =>
      (await takePlanned(id, run, channel, limit)).map(({ customerId, kind, value }) => ({
        customerId,
        kind,
        value,
      }));
    expect(await taken('tags-add')).toEqual([{ customerId: 1, kind: 'tag-add', value: 'rfm:new' }]);
    expect(await taken('tags-remove')).toEqual([{ customerId: 1, kind: 'tag-remove', value: 'rfm:loyal' }]);
    expect(await taken('metafields-set')).toEqual([
      { customerId: 2, kind: 'profile-set', value: '{}' },
      { customerId: 2, kind: 'segment-set', value: 'new' },
    ]);
    expect(await taken('metafields-delete')).toEqual([
      { customerId: 1, kind: 'segment-delete', value: '' },
      { customerId: 1, kind: 'profile-delete', value: '' },
    ]);
    expect(await taken('metafields-set', 1)).toHaveLength(1);
    const nothing = await planned(id, []);
    expect(await takePlanned(id, nothing, 'tags-add', 10)).toEqual([]);
  });

  it('ends with its last writes, and keeps the words of each refusal', async () => {
    const { id } = await testShop();
    const run = await planned(
      id,
      [1, 2].map((customerId) => ({ customerId, kind: 'tag-add' as const, value: 'rfm:new' })),
    );
    const [first, second] = await takePlanned(id, run, 'tags-add', 10);
    await settleWrites(id, run, { done: [first?.id ?? 0], failed: [], points: 10 });
    expect(await latestWriteRun(id)).toMatchObject({
      state: 'planned',
      finishedAt: null,
      done: 1,
      failed: 0,
    });
    const failed = [{ id: second?.id ?? 0, error: 'Customer is gone' }];
    await settleWrites(id, run, { done: [], failed, points: 10, ended: true });
    const ended = await latestWriteRun(id);
    expect(ended).toMatchObject({ state: 'done', done: 1, failed: 1, points: 20 });
    expect(ended?.finishedAt).not.toBeNull();
    const { rows } = await sqlInShop(id, (client) =>
      client.query('select state, error from writes where shop_id = $1 order by id', [id]),
    );
    expect(rows).toEqual([
      { state: 'done', error: null },
      { state: 'failed', error: 'Customer is gone' },
    ]);
  });
});
