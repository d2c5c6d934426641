import type { PoolClient } from 'pg';
import { schemeOf } from '#app/rfm/schemes.ts';
import { movedSummary } from '#app/rfm/moved-summary.ts';
import { noteBought } from './bought.server.ts';
import { mergeMembers } from './campaign-merge.server.ts';
import { noteChangedCustomers } from './changed-customers.server.ts';
import { mergeCare } from './customer-care.server.ts';
import { ordersAmong, unlistOrders } from './order-lists.server.ts';
import { addPending } from './pending.server.ts';
import { tallied } from './score-columns.ts';
import { holdRun, moveRun, nextTurn } from './score-turns.server.ts';
import { readScores } from './scores.server.ts';
import { mergeSegmentMembers } from './shopify-segments.server.ts';
import { mergeSuppression } from './suppressions.server.ts';
import { mergeAnswers } from './survey-answers.server.ts';
import { erasedCustomers } from './tombstones.server.ts';
import { mergeHold } from './write-holds.server.ts';

/**
 * Removes orders that Shopify no longer has, with their details, refunds and earnings; their customers are noted for scoring.
 * Line items that no
 * details name any more are not part of any order; they go when their load does.
 */
export async function removeOrders(
  client: PoolClient,
  shopId: number,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return;
  for (const table of ['refunds', 'order_earnings', 'order_details', 'campaign_orders']) {
    await client.query(`delete from ${table} where shop_id = $1 and order_id = any($2)`, [shopId, ids]);
  }
  const { rows } = await client.query<{ customer: number | null }>(
    'delete from orders where shop_id = $1 and id = any($2) returning customer_id as customer',
    [shopId, ids],
  );
  const customers = rows.map(({ customer }) => customer).filter((customer) => customer !== null);
  await unlistOrders(client, shopId, customers);
  await addPending(client, shopId, 'score', customers);
  await noteBought(client, shopId, customers);
}

/**
 * Removes customers that Shopify no longer has. Their scores end, and the latest run no longer counts them: the
 * history keeps that, as a correction. Orders that still name them become orders of guests.
 */
export async function removeCustomers(
  client: PoolClient,
  shopId: number,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return;
  await takeOutOfSummary(client, shopId, ids);
  await client.query(
    `insert into segment_changes (shop_id, customer_id, run_id, day, before, after, cause, score_before, score_after)
     select s.shop_id, s.customer_id, $3, r.holds_on, s.segment, null, 'correction',
       s.r::text || s.f::text || s.m::text, '000'
     from scores s, (select holds_on from score_runs where shop_id = $1 order by id desc limit 1) r
     where s.shop_id = $1 and s.customer_id = any($2) and s.segment is not null`,
    [shopId, ids, await nextTurn(client)],
  );
  // Scores first: whoever notes something about a customer holds on to its scores until that is stored.
  for (const table of [
    'scores',
    'written',
    'customer_care',
    'write_holds',
    'customer_populations',
    'bought',
    'offers',
    'campaign_members',
    'shopify_segment_members',
  ]) {
    await client.query(`delete from ${table} where shop_id = $1 and customer_id = any($2)`, [shopId, ids]);
  }
  await client.query(
    `update orders set customer_id = null
     where shop_id = $1 and id = any(${ordersAmong(shopId, ids)}) and customer_id = any($2)`,
    [shopId, ids],
  );
  await unlistOrders(client, shopId, ids);
  await client.query('delete from customers where shop_id = $1 and id = any($2)', [shopId, ids]);
  await client.query(
    `delete from pending where shop_id = $1 and kind in ('score', 'write', 'customer') and id = any($2)`,
    [shopId, ids],
  );
}

/**
 * After a merge in Shopify: the orders of the one that is gone are those of the one that stays, who is noted for
 * scoring, and for reading and writing, since a merge brings tags together. One that was erased meanwhile gets none.
 */
export async function mergeCustomers(
  client: PoolClient,
  shopId: number,
  goneId: number,
  keptId: number,
): Promise<void> {
  if ((await erasedCustomers(client, shopId)).has(keptId)) return removeCustomers(client, shopId, [goneId]);
  await client.query(
    `update orders set customer_id = $3
     where shop_id = $1 and id = any(${ordersAmong(shopId, [goneId])}) and customer_id = $2`,
    [shopId, goneId, keptId],
  );
  // Our tags of both are on the one that stays.
  await client.query(
    `insert into written (shop_id, customer_id, tags, segment, profile)
     select shop_id, $3, tags, '', '' from written where shop_id = $1 and customer_id = $2
     on conflict (shop_id, customer_id) do update set segment = '', profile = '', tags = array(
       select distinct tag from unnest(written.tags || excluded.tags) tag)`,
    [shopId, goneId, keptId],
  );
  // What was on them before is not on the one that stays: no undo goes back to before this.
  await client.query('update writes set before = null where shop_id = $1 and customer_id = $2', [
    shopId,
    keptId,
  ]);
  // What an undo under way was still to send would not be held against what was there: it stays.
  await client.query(
    `update writes w set state = 'kept' from write_runs r
     where w.shop_id = $1 and w.customer_id = $2 and w.state = 'planned'
       and r.shop_id = $1 and r.id = w.run_id and r.kind in ('undo', 'put-back')`,
    [shopId, keptId],
  );
  // Whoever notes something about one of them is waited for, or comes too late and is told so.
  await client.query(
    `select from scores where shop_id = $1 and customer_id = any($2::int8[]) order by customer_id for update`,
    [shopId, [goneId, keptId]],
  );
  await mergeMembers(client, shopId, goneId, keptId);
  await mergeCare(client, shopId, goneId, keptId);
  await mergeHold(client, shopId, goneId, keptId);
  await mergeSuppression(client, shopId, goneId, keptId);
  await mergeAnswers(client, shopId, goneId, keptId);
  await mergeSegmentMembers(client, shopId, goneId, keptId);
  await removeCustomers(client, shopId, [goneId]);
  for (const kind of ['score', 'write'] as const) await addPending(client, shopId, kind, [keptId]);
  await noteBought(client, shopId, [keptId]);
  await noteChangedCustomers(client, shopId, new Map([[keptId, null]]));
}

async function takeOutOfSummary(client: PoolClient, shopId: number, ids: readonly number[]): Promise<void> {
  const run = await holdRun(client, shopId);
  if (run === null) return;
  const stored = await readScores(client, shopId, schemeOf(run.scheme), ids);
  const moves = Array.from({ length: stored.n }, (_, i) => ({ before: tallied(stored, i), after: null }));
  const summary = movedSummary(run.summary, moves, run.asOf, run.asOf);
  await moveRun(client, shopId, run.id, { asOf: run.asOf, summary });
}
