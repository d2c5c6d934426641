import type { PoolClient } from 'pg';
import { readInShop, sqlInShop } from '#app/db.server.ts';
import { erasedCustomers } from './tombstones.server.ts';

export type SuppressionReason = 'unsubscribed' | 'bounced' | 'by-hand';

/** A customer who gets no more messages from campaigns. */
export type Suppression = {
  customerId: number;
  reason: SuppressionReason;
  /** in whose message it was, null = by hand */
  campaignId: number | null;
  /** epoch milliseconds */
  createdAt: number;
};

/** Of these customers those who get no more messages, in the transaction that is about to send. */
export async function suppressedAmong(
  client: PoolClient,
  shopId: number,
  customerIds: readonly number[],
): Promise<Set<number>> {
  const { rows } = await client.query<{ id: number }>(
    'select customer_id as id from mail_suppressions where shop_id = $1 and customer_id = any($2::int8[])',
    [shopId, customerIds],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Somebody to whom a message is about to go: `marks` are those of their address. */
export type Receiver = { customerId: number; marks: readonly Buffer[] };

/** Of these those who get none, since they or somebody with their address said so or cannot be reached. */
export function suppressedReceivers(shopId: number, receivers: readonly Receiver[]): Promise<Set<number>> {
  return sqlInShop(shopId, async (client) => {
    const flat = receivers.flatMap(({ customerId, marks }) => marks.map((mark) => ({ customerId, mark })));
    const { rows } = await client.query<{ id: number }>(
      `select r.id from unnest($2::int8[], $3::bytea[]) r (id, mark)
       where exists (select from mail_suppressions s where s.shop_id = $1 and s.customer_id = r.id)
         or exists (select from mail_suppressions s where s.shop_id = $1 and s.address_hash = r.mark)`,
      [shopId, flat.map(({ customerId }) => customerId), flat.map(({ mark }) => mark)],
    );
    return new Set(rows.map(({ id }) => id));
  });
}

/**
 * From now on the customer gets no more messages, and offers that were still to go out by e-mail end; codes that were
 * given stay. The first reason stays. A customer who was erased is not noted again.
 */
export function suppress(
  shopId: number,
  {
    customerId,
    reason,
    campaignId,
    mark,
  }: {
    customerId: number;
    reason: SuppressionReason;
    campaignId: number | null;
    mark: Buffer | null;
  },
): Promise<void> {
  return sqlInShop(shopId, async (client) => {
    // The link of an old message must not bring an erased customer back. One who was merged is known by the address.
    if ((await erasedCustomers(client, shopId)).has(customerId)) return;
    await client.query(
      `insert into mail_suppressions (shop_id, customer_id, address_hash, reason, campaign_id, tell_shopify)
       values ($1, $2, $5, $3, $4, $3 = 'unsubscribed')
       on conflict (shop_id, customer_id) do update set
         address_hash = coalesce(mail_suppressions.address_hash, excluded.address_hash),
         reason = case when mail_suppressions.reason = 'unsubscribed' then mail_suppressions.reason else excluded.reason end,
         tell_shopify = mail_suppressions.tell_shopify
           or excluded.tell_shopify and mail_suppressions.reason <> 'unsubscribed'`,
      [shopId, customerId, reason, campaignId, mark],
    );
    await endMailOffers(client, shopId, customerId);
  });
}

/**
 * Ends what was still to go out to a customer by e-mail. They stay members of their campaigns: of those held out nobody can
 * unsubscribe from a message, and whoever left on one side only would make the groups unlike.
 */
async function endMailOffers(client: PoolClient, shopId: number, customerId: number): Promise<void> {
  const byMail = `exists (select from campaigns c join campaign_versions v
    on v.shop_id = $1 and v.campaign_id = c.id and v.version = c.version
    where c.shop_id = $1 and c.id = t.campaign_id and v.plan->>'delivery' = 'mail')`;
  await client.query(
    `update offers t set state = 'dropped', reason = 'suppressed'
     where shop_id = $1 and customer_id = $2 and state in ('review', 'later', 'approved', 'ready') and ${byMail}`,
    [shopId, customerId],
  );
}

/** The newest first; those after `before`, the last one of the page before, when that is given. */
export function suppressions(
  shopId: number,
  limit: number,
  before: { at: number; customerId: number } | null,
): Promise<Suppression[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<Suppression>(
      `select customer_id as "customerId", reason, campaign_id as "campaignId", created_at as "createdAt"
       from mail_suppressions where shop_id = $1
         and ($3::float8 is null or 
           (date_trunc('milliseconds', created_at), customer_id) < (to_timestamp($3 / 1000), $4::int8))
       order by date_trunc('milliseconds', created_at) desc, customer_id desc limit $2`,
      [shopId, limit, before?.at ?? null, before?.customerId ?? null],
    );
    return rows;
  });
}

/** How many there are for each reason. */
export async function suppressionCounts(shopId: number): Promise<Record<SuppressionReason, number>> {
  const rows = await readInShop<{ reason: SuppressionReason; n: number }>(
    shopId,
    'select reason, count(*) as n from mail_suppressions where shop_id = $1 group by reason',
  );
  const counted = new Map(rows.map(({ reason, n }) => [reason, n]));
  const of = (reason: SuppressionReason): number => counted.get(reason) ?? 0;
  return { unsubscribed: of('unsubscribed'), bounced: of('bounced'), 'by-hand': of('by-hand') };
}

/** Why a customer gets no messages, null when they may. */
export async function suppressionOf(shopId: number, customerId: number): Promise<Suppression | null> {
  const [row] = await readInShop<Suppression>(
    shopId,
    `select customer_id as "customerId", reason, campaign_id as "campaignId", created_at as "createdAt"
     from mail_suppressions where shop_id = $1 and customer_id = '${Number(customerId)}'`,
  );
  return row ?? null;
}

/**
 * Lets a customer get messages again. False when they already may, or when Shopify does not know yet that they
 * unsubscribed: from then on nothing goes out until the customer subscribes anew, and before it everything would.
 */
export function unsuppress(shopId: number, customerId: number): Promise<boolean> {
  return sqlInShop(shopId, async (client) => {
    const { rowCount } = await client.query(
      'delete from mail_suppressions where shop_id = $1 and customer_id = $2 and not tell_shopify',
      [shopId, customerId],
    );
    return rowCount === 1;
  });
}

/** Customers of whom Shopify is still to hear that they unsubscribed. */
export function untoldUnsubscribed(shopId: number, limit: number): Promise<number[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      'select customer_id as id from mail_suppressions where shop_id = $1 and tell_shopify order by customer_id limit $2',
      [shopId, limit],
    );
    return rows.map(({ id }) => id);
  });
}

/** Whether there are any. */
export async function hasUntoldUnsubscribed(shopId: number): Promise<boolean> {
  const [row] = await readInShop<{ any: boolean }>(
    shopId,
    'select exists (select from mail_suppressions where shop_id = $1 and tell_shopify) as any',
  );
  return row?.any ?? false;
}

/** Notes that Shopify heard it. */
export async function noteToldUnsubscribed(shopId: number, customerIds: readonly number[]): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      'update mail_suppressions set tell_shopify = false where shop_id = $1 and customer_id = any($2::int8[])',
      [shopId, customerIds],
    ),
  );
}

/** After a merge: whoever got no messages gets none under the other number either. */
export async function mergeSuppression(
  client: PoolClient,
  shopId: number,
  goneId: number,
  keptId: number,
): Promise<void> {
  await client.query(
    `insert into mail_suppressions (shop_id, customer_id, address_hash, reason, campaign_id, created_at, tell_shopify)
     select shop_id, $3, address_hash, reason, campaign_id, created_at, tell_shopify from mail_suppressions
     where shop_id = $1 and customer_id = $2
     on conflict (shop_id, customer_id) do update set
       tell_shopify = mail_suppressions.tell_shopify or excluded.tell_shopify`,
    [shopId, goneId, keptId],
  );
  await client.query('delete from mail_suppressions where shop_id = $1 and customer_id = $2', [
    shopId,
    goneId,
  ]);
}
