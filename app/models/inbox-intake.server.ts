import { Pool } from 'pg';
import { env } from '#app/env.server.ts';

/** A webhook as it came, believed and stripped of everything personal. */
export type ReceivedWebhook = {
  /** myshopify.com domain */
  domain: string;
  webhookId: string;
  topic: string;
  resourceId: number | null;
  /** ids and instants by name */
  detail: object | null;
  /** epoch milliseconds */
  triggeredAt: number | null;
};

/** The way into the inbox, of all shops together. */
export type Intake = {
  /**
   * Stores webhooks and tells the workers of those that hurry, all in one commit. One that is there already stays as it is; one of a
   * shop nobody knows is passed over. When `signal` aborts, the connection is cut and the outcome is unknown.
   * @throws Error when nothing was stored, or nobody can tell
   */
  store(webhooks: readonly ReceivedWebhook[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
};

// Word that a customer changed waits for the workers' next look: most of it is Shopify's word of our own writes, and no
// score depends on it.
// Rows go in by key, so that two processes storing the same webhooks wait for each other in one direction only.
const STORE = {
  name: 'store-webhooks',
  text: `with added as (
      insert into inbox (shop_id, webhook_id, topic, resource_id, detail, triggered_at)
      select shops.shop_id, came.webhook_id, came.topic, came.resource_id, came.detail::jsonb,
        to_timestamp(came.triggered_at / 1000)
      from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::double precision[])
        as came (domain, webhook_id, topic, resource_id, detail, triggered_at)
      join shops on shops.domain = came.domain
      order by shops.shop_id, came.webhook_id
      on conflict do nothing returning shop_id, topic)
    select pg_notify('rekindle_inbox', shop_id || ' ' || generation)
    from shops where shop_id in (select shop_id from added
      where topic not like 'customer%' or topic in ('customers/merge', 'customers/delete'))`,
};

/**
 * Opens connections of their own for storing webhooks, as the role that can do nothing else: pages that are slow
 * never keep a webhook waiting.
 * @param withinMs longest time of a statement and of opening a connection, in milliseconds
 */
export function openIntake(withinMs: number): Intake {
  const pool = new Pool({
    connectionString: env.DATABASE_URL,
    // One stores; the other takes over when that one hangs.
    max: 2,
    connectionTimeoutMillis: withinMs,
    keepAlive: true,
    // The one statement is the same for any wave: planning it anew would take a third of its time.
    options: `-c timezone=UTC -c role=rekindle_inbox -c statement_timeout=${withinMs} -c plan_cache_mode=force_generic_plan`,
    application_name: 'rekindle-inbox',
  });
  pool.on('error', () => undefined);
  return {
    store: async (webhooks, signal) => {
      const client = await pool.connect();
      let released = false;
      const release = (broken: boolean): void => {
        if (!released) client.release(broken);
        released = true;
      };
      const cut = (): void => release(true);
      const onError = (): void => undefined;
      client.on('error', onError);
      signal.addEventListener('abort', cut);
      try {
        signal.throwIfAborted();
        await client.query({ ...STORE, values: columns(webhooks) });
        release(false);
      } catch (error) {
        release(true);
        throw error;
      } finally {
        signal.removeEventListener('abort', cut);
        client.off('error', onError);
      }
    },
    close: () => pool.end(),
  };
}

function columns(webhooks: readonly ReceivedWebhook[]): unknown[][] {
  return [
    webhooks.map(({ domain }) => domain),
    webhooks.map(({ webhookId }) => webhookId),
    webhooks.map(({ topic }) => topic),
    webhooks.map(({ resourceId }) => resourceId),
    webhooks.map(({ detail }) => (detail === null ? null : JSON.stringify(detail))),
    webhooks.map(({ triggeredAt }) => triggeredAt),
  ];
}
