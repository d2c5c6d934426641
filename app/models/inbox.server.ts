import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';

/** A webhook as it was stored: what it is about, and nothing personal. Instants are epoch milliseconds. */
export type WaitingWebhook = {
  /** Shopify's id of this delivery; the same on every retry */
  webhookId: string;
  /** as in shopify.app.toml */
  topic: string;
  /** numeric id of the order, customer or whatever else the topic is about, null where it has none */
  resourceId: number | null;
  /** further ids and instants that some topics carry, see shopify/webhook-payloads */
  detail: unknown;
  triggeredAt: number | null;
  receivedAt: number;
  /** runs with this one among others that ended in an error */
  failures: number;
};

/**
 * The shop's webhooks that nobody handled yet, oldest first, at most `limit` of them.
 * @param topics only `of` these topics, or all `but` these; all when neither is given
 */
export async function waitingWebhooks(
  client: PoolClient,
  shopId: number,
  limit: number,
  { of, but }: { of?: readonly string[]; but?: readonly string[] } = {},
): Promise<WaitingWebhook[]> {
  const { rows } = await client.query<WaitingWebhook>(
    `select webhook_id as "webhookId", topic, resource_id as "resourceId", detail,
       triggered_at as "triggeredAt", received_at as "receivedAt", failures
     from inbox where shop_id = $1 and handled_at is null
       and ($3::text[] is null or topic = any($3)) and ($4::text[] is null or topic <> all($4))
     order by received_at, webhook_id limit $2`,
    [shopId, limit, of ?? null, but ?? null],
  );
  return rows;
}

/**
 * Notes that these webhooks were handled, and of each topic when its last one came. What they were about is forgotten:
 * the row is kept only so that the same delivery is not taken twice.
 */
export async function markHandled(
  client: PoolClient,
  shopId: number,
  webhookIds: readonly string[],
): Promise<void> {
  await client.query({
    name: 'mark-handled',
    text: `with handled as (
        update inbox set handled_at = clock_timestamp(), resource_id = null, detail = null
        where shop_id = $1 and webhook_id = any($2) and handled_at is null returning topic, received_at)
      insert into webhook_topics (shop_id, topic, last_received_at)
      select $1, topic, max(received_at) from handled group by topic
      on conflict (shop_id, topic)
        do update set last_received_at = greatest(webhook_topics.last_received_at, excluded.last_received_at)`,
    values: [shopId, webhookIds],
  });
}

/** Notes that a run which took these webhooks together ended in an error. */
export async function noteFailure(shopId: number, webhookIds: readonly string[]): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      'update inbox set failures = failures + 1 where shop_id = $1 and webhook_id = any($2) and handled_at is null',
      [shopId, webhookIds],
    ),
  );
}

/** Counts a webhook as handled though it could not be, and keeps why. */
export async function setAside(shopId: number, webhookId: string, problem: string): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    await client.query('update inbox set problem = $3 where shop_id = $1 and webhook_id = $2', [
      shopId,
      webhookId,
      problem,
    ]);
    await markHandled(client, shopId, [webhookId]);
  });
}

/** When the last webhook of each topic came, in epoch milliseconds; topics that never came are missing. */
export function lastByTopic(shopId: number): Promise<Map<string, number>> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ topic: string; last: number }>(
      `select topic, max(at) as last from (
         select topic, last_received_at as at from webhook_topics where shop_id = $1
         union all select topic, received_at from inbox where shop_id = $1 and handled_at is null) as seen
       group by topic order by topic`,
      [shopId],
    );
    return new Map(rows.map(({ topic, last }) => [topic, last]));
  });
}
