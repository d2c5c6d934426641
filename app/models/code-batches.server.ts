import { sqlInShop } from '#app/db.server.ts';

/** Codes that one call asks for. */
export type CodeBatch = {
  id: number;
  discountId: number;
  gid: string | null;
  attempt: number;
  codes: BatchCode[];
};
type BatchCode = { customerId: number; code: string };

/** Minutes until codes that were asked for and did not come are asked for again. */
const PATIENCE = 10;
/** How often a code is asked for. */
const ATTEMPTS = 5;

const WAITING = `select customer_id as "customerId", entry, step from offers
  where shop_id = $1 and campaign_id = $2 and discount_id = $3 and state = 'approved' and batch_id is null
  order by customer_id, entry limit $4 for update`;
const ADD_BATCHES = `insert into code_batches (shop_id, discount_id, deadline)
  select $1, $2, clock_timestamp() + make_interval(mins => $4) from generate_series(1, $3::int) returning id`;
// Told one by one and not as a part of the same statement, so that the planner knows how many they are.
const INTO_BATCHES = `update offers o set batch_id = n.batch_id
  from unnest($3::int8[], $4::int4[], $5::int2[], $6::int8[]) n (customer_id, entry, step, batch_id)
  where o.shop_id = $1 and o.campaign_id = $2 and o.customer_id = n.customer_id and o.entry = n.entry and o.step = n.step`;

const BATCHES = `select b.id, b.discount_id as "discountId", b.gid, b.attempt,
    array(select json_build_object('customerId', o.customer_id, 'code', o.code) from offers o
      where o.shop_id = $1 and o.batch_id = b.id and o.state = 'approved' order by o.customer_id) as codes
  from code_batches b join campaign_discounts d on d.shop_id = $1 and d.id = b.discount_id
    join campaigns c on c.shop_id = $1 and c.id = d.campaign_id
  where b.shop_id = $1`;

/** Notes the calls that are to be made for a discount, before any of them is: of `size` codes, `most` at a time. */
export async function openBatches(
  shopId: number,
  { id, campaignId }: { id: number; campaignId: number },
  size: number,
  most: number,
): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    type Key = { customerId: number; entry: number; step: number };
    const { rows: keys } = await client.query<Key>(WAITING, [shopId, campaignId, id, size * most]);
    const count = Math.ceil(keys.length / size);
    const { rows: made } = await client.query<{ id: number }>(ADD_BATCHES, [shopId, id, count, PATIENCE]);
    await client.query(INTO_BATCHES, [
      shopId,
      campaignId,
      keys.map(({ customerId }) => customerId),
      keys.map(({ entry }) => entry),
      keys.map(({ step }) => step),
      keys.map((_, place) => made[Math.floor(place / size)]!.id),
    ]);
  });
}

/** Calls that are noted and of which nobody knows whether they were made; of running campaigns. */
export function batchesToAsk(shopId: number, limit: number): Promise<CodeBatch[]> {
  return batches(
    shopId,
    `b.state = 'intended' and d.state = 'ready' and c.state = 'running' order by b.id limit ${Number(limit)}`,
  );
}

/** Calls that were made and whose codes are on their way. */
export function batchesAsked(shopId: number, limit: number): Promise<CodeBatch[]> {
  return batches(shopId, `b.state = 'asked' and d.state = 'ready' order by b.id limit ${Number(limit)}`);
}

function batches(shopId: number, where: string): Promise<CodeBatch[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<CodeBatch>(`${BATCHES} and ${where}`, [shopId]);
    return rows;
  });
}

/** Notes that a call was made. */
export async function noteAsked(shopId: number, id: number, gid: string): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `update code_batches set state = 'asked', gid = $3, deadline = clock_timestamp() + make_interval(mins => $4)
       where shop_id = $1 and id = $2 and state = 'intended'`,
      [shopId, id, gid, PATIENCE],
    ),
  );
}

/** What became of a call's codes; those that are in no list came. */
export type BatchEnd = { failed: readonly { code: string; reason: string }[]; again: readonly string[] };

/**
 * Ends a call: offers whose code came are ready, some have failed for good, and those that only failed now are asked
 * for again by another call, some times.
 */
export async function endBatch(shopId: number, batch: CodeBatch, { failed, again }: BatchEnd): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    // Before its offers, as whoever notes that their customers ordered does.
    await client.query(
      `select from campaigns where shop_id = $1 and id = (select campaign_id from campaign_discounts
         where shop_id = $1 and id = $2) for no key update`,
      [shopId, batch.discountId],
    );
    const { rowCount } = await client.query(
      `update code_batches set state = 'done' where shop_id = $1 and id = $2 and state in ('intended', 'asked')`,
      [shopId, batch.id],
    );
    if (rowCount === 0) return;
    await client.query(
      `update offers o set state = 'failed', reason = f.reason from unnest($3::text[], $4::text[]) f (code, reason)
       where o.shop_id = $1 and o.batch_id = $2 and o.state = 'approved' and o.code = f.code`,
      [shopId, batch.id, failed.map(({ code }) => code), failed.map(({ reason }) => reason)],
    );
    if (again.length > 0 && batch.attempt < ATTEMPTS) {
      await client.query(
        `with next as (insert into code_batches (shop_id, discount_id, attempt, deadline)
           values ($1, $3, $4, clock_timestamp() + make_interval(mins => $5)) returning id)
         update offers o set batch_id = next.id from next
         where o.shop_id = $1 and o.batch_id = $2 and o.state = 'approved' and o.code = any($6)`,
        [shopId, batch.id, batch.discountId, batch.attempt + 1, PATIENCE, again],
      );
    } else if (again.length > 0) {
      await client.query(
        `update offers set state = 'failed', reason = 'not-made'
         where shop_id = $1 and batch_id = $2 and state = 'approved' and code = any($3)`,
        [shopId, batch.id, again],
      );
    }
    const { rows } = await client.query<{ campaign: number }>(
      `update offers set state = 'ready' where shop_id = $1 and batch_id = $2 and state = 'approved'
       returning campaign_id as campaign`,
      [shopId, batch.id],
    );
    const campaignId = rows[0]?.campaign;
    // What is ready wants to be handed over, and what failed may end a step.
    await client.query(
      `update campaigns set look_at = clock_timestamp() where shop_id = $1 and id = coalesce($2,
         (select campaign_id from campaign_discounts where shop_id = $1 and id = $3)) and state = 'running'`,
      [shopId, campaignId ?? null, batch.discountId],
    );
  });
}

/**
 * Asks again for codes whose call has been out for too long, or is one that Shopify does not know; after some times their
 * offers have failed.
 */
export async function askAgain(shopId: number, unknown: readonly number[]): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    await client.query(
      `update code_batches set state = case when attempt < $2 then 'intended' else 'failed' end, gid = null,
         attempt = attempt + 1, deadline = clock_timestamp() + make_interval(mins => $3)
       where shop_id = $1 and state = 'asked' and (deadline <= clock_timestamp() or id = any($4))`,
      [shopId, ATTEMPTS, PATIENCE, unknown],
    );
    await client.query(
      `update offers o set state = 'failed', reason = 'not-made' from code_batches b
       where o.shop_id = $1 and o.state = 'approved' and b.shop_id = $1 and b.id = o.batch_id and b.state = 'failed'`,
      [shopId],
    );
  });
}

/** Whether anything of a shop's codes waits to be done. */
export async function codesWait(shopId: number): Promise<boolean> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ waits: boolean }>(
      `select exists (select from offers o join campaigns c on c.shop_id = $1 and c.id = o.campaign_id
           where o.shop_id = $1 and o.state = 'approved' and o.needs_code and c.state = 'running')
         or exists (select from code_batches b join campaign_discounts d on d.shop_id = $1 and d.id = b.discount_id
           where b.shop_id = $1 and b.state = 'asked' and d.state = 'ready')
         or exists (select from campaign_discounts d join campaigns c on c.shop_id = $1 and c.id = d.campaign_id
           where d.shop_id = $1 and d.state in ('planned', 'ready')
             and (c.state in ('stopped', 'finished') and (d.end_after is null or d.end_after <= clock_timestamp())
               or d.ends_at <= clock_timestamp()
               or (d.state = 'ready' and (d.looked_at is null or d.looked_at < clock_timestamp() - interval '1 day'))))
         or exists (select from campaign_orders where shop_id = $1 and looked_at is null) as waits`,
      [shopId],
    );
    return rows[0]?.waits ?? false;
  });
}
