import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { importShop } from '#app/jobs/import-shop.server.ts';
import { closeQueue, enqueue, openQueue } from '#app/jobs/queue.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { startJobs, stopJobs } from '#app/jobs/workers.server.ts';
import { latestImport } from '#app/models/imports.server.ts';
import { latestWriteRun } from '#app/models/write-runs.server.ts';
import { expectedLines, heldLines } from '#tests/jobs/expected.ts';
import { decide, installed, runPipeline, smallShop, type Pipeline } from '#tests/jobs/pipeline.ts';
import { testDatabase } from '#tests/support/database.ts';
import { startReceiver } from './webhook-sender.ts';

const owner = new Client(testDatabase());

// Statements that would add rows end as PostgreSQL ends them when it cannot extend a file.
const DISK = `create table disk (full_for text[] not null);
  insert into disk values ('{}');
  create function needs_space() returns trigger language plpgsql security definer as $$ begin
    if (select tg_table_schema = any(full_for) from public.disk) then
      raise exception 'could not extend file: No space left on device' using errcode = '53100';
    end if;
    return null;
  end $$;
  do $$ declare t regclass; begin
    for t in select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where nspname in ('public', 'pgboss') and relkind in ('r', 'p') and relname <> 'disk'
    loop execute format('create trigger needs_space before insert on %s execute function needs_space()', t);
    end loop;
  end $$`;

/** From now on there is no space for the tables of these schemas. */
const fill = (...schemas: ('public' | 'pgboss')[]) => owner.query('update disk set full_for = $1', [schemas]);

beforeAll(async () => {
  await owner.connect();
  // The queue makes its tables when it is opened first.
  await openQueue();
  await owner.query(DISK);
});
afterEach(async () => {
  onStep(undefined);
  await fill();
});
afterAll(async () => {
  await closeQueue(1);
  await owner.end();
});

async function sameEnd({ shop, fake, shopify }: Pipeline): Promise<void> {
  expect(await latestImport(shop.id)).toMatchObject({ phase: 'done', problem: null });
  expect(await latestWriteRun(shop.id)).toMatchObject({ state: 'done' });
  expect(await directory.shopById(shop.id)).toMatchObject({ parkedReason: null, givenUpJob: null });
  expect(heldLines(fake)).toEqual(await expectedLines(fake));
  expect(shopify.calls.of('bulkOperationRunQuery')).toHaveLength(3);
}

/** Steps before which the disk is full, each time they come first. */
const MOMENTS = [
  'orders.load',
  'score.write-scores',
  'details.loaded',
  'customers.load',
  'plan.journal',
  'tags-add.take',
  'metafields-set.settle',
];

describe('P7: given a disk without space', () => {
  it('when it fills up again and again on the way, then no work is given up and the end is the same', async () => {
    const pipeline = await installed(smallShop({ customers: 20 }));
    await decide(pipeline.shop.id, { writeBack: 'on' });
    const left = new Set(MOMENTS);
    onStep(async (name, moment) => {
      if (moment === 'before' && left.delete(name)) await fill('public');
    });
    await runPipeline(pipeline, { until: async () => (await fill(), false) });
    onStep(undefined);
    expect([...left]).toEqual([]);
    await sameEnd(pipeline);
    await pipeline.close();
  });

  it('when webhooks come, then none is acknowledged that is not stored', async () => {
    const pipeline = await installed(smallShop({ customers: 20 }));
    const { domain } = pipeline.shop;
    const receiver = await startReceiver();
    await fill('public', 'pgboss');
    expect(await receiver.post({ domain, id: 'kept' })).toBe(503);
    await fill();
    expect(await receiver.post({ domain, id: 'kept' })).toBe(200);
    const { rows } = await owner.query('select webhook_id from inbox where webhook_id = $1', ['kept']);
    expect(rows).toHaveLength(1);
    await receiver.close();
    await pipeline.close();
  });

  it('when even the queue cannot write, then the worker goes on by itself once there is space', async () => {
    const pipeline = await installed(smallShop({ customers: 20 }));
    const { shop, fake } = pipeline;
    await decide(shop.id, { writeBack: 'on' });
    let tries = 0;
    onStep(async (name, moment) => {
      if (moment !== 'before') return;
      if (name === 'orders.load') await fill('public', 'pgboss');
      if (name === 'watch.open-shops') tries += 1;
    });
    // The worker's own queue, which hands out again what nobody answers for.
    await closeQueue(1);
    await startJobs();
    await enqueue(importShop, { shopId: shop.id, generation: shop.generation });
    const isFull = async () => (await owner.query("select from disk where full_for <> '{}'")).rowCount;
    await expect.poll(isFull, { timeout: 30_000 }).toBe(1);
    const before = tries;
    // The worker's timers find no space either.
    await expect.poll(() => tries, { timeout: 30_000 }).toBeGreaterThan(before);
    onStep(undefined);
    await fill();
    const same = async () => heldLines(fake).join() === (await expectedLines(fake)).join();
    await expect.poll(same, { timeout: 60_000 }).toBe(true);
    await expect.poll(async () => (await latestWriteRun(shop.id))?.state, { timeout: 30_000 }).toBe('done');
    await stopJobs();
    await sameEnd(pipeline);
    await pipeline.close();
  }, 180_000);
});
