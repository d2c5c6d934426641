import { Client } from 'pg';
import { env } from '#app/env.server.ts';
import { pgTypes } from '#app/pg-types.server.ts';

/** A connection that does not answer for so many milliseconds is given up. */
const SILENT_MS = 5_000;

/** One step in the index for each shop, however many webhooks of it wait. */
const WAITING_SHOPS = `with recursive waiting as (
    (select shop_id from inbox where handled_at is null order by shop_id limit 1)
    union all
    select (select next.shop_id from inbox next where next.handled_at is null and next.shop_id > waiting.shop_id
      order by next.shop_id limit 1)
    from waiting where waiting.shop_id is not null)
  select shop_id as "shopId", generation from shops join waiting using (shop_id)
  where parked_reason is null or uninstalled_at is not null or exists (
    select from inbox where inbox.shop_id = shops.shop_id and handled_at is null and topic = any($1::text[]))
  order by shop_id`;

/** The present install of a shop in whose inbox webhooks wait. */
export type WaitingShop = { shopId: number; generation: number };

/** Hears of webhooks as they are stored. */
export type InboxNews = {
  /**
   * Every shop with webhooks waiting; a parked one only when they are of the `urgent` topics. It also opens the connection on which news come, where there is none.
   * @throws Error when the database is away
   */
  shopsWithWebhooks(urgent: readonly string[]): Promise<WaitingShop[]>;
  close(): Promise<void>;
};

/**
 * Calls `tell` for a shop as soon as a webhook of it that hurries was stored, by any process. News are lost while the
 * connection is: whoever needs to know of every webhook also looks from time to time, which mends it.
 */
export function inboxNews(tell: (shop: WaitingShop) => void): InboxNews {
  let open: Promise<Client> | undefined;
  /** Forgets a connection that broke, but not the one that took its place meanwhile. */
  const forget = (broken: Promise<Client>): void => {
    if (open === broken) open = undefined;
  };
  const connect = (): Promise<Client> => {
    const client = new Client({
      connectionString: env.DATABASE_URL,
      connectionTimeoutMillis: SILENT_MS,
      query_timeout: SILENT_MS,
      keepAlive: true,
      options: '-c timezone=UTC -c role=rekindle_inbox',
      application_name: 'rekindle-inbox-news',
      types: pgTypes,
    });
    client.on('notification', ({ payload }) => {
      const [shopId = NaN, generation = NaN] = (payload ?? '').split(' ').map(Number);
      tell({ shopId, generation });
    });
    const opening = listening(client);
    client.on('error', () => forget(opening));
    client.on('end', () => forget(opening));
    return opening;
  };
  return {
    shopsWithWebhooks: async (urgent) => {
      open ??= connect();
      const opening = open;
      try {
        const client = await opening;
        const { rows } = await client.query<WaitingShop>(WAITING_SHOPS, [urgent]);
        return rows;
      } catch (error) {
        forget(opening);
        void opening.then((client) => client.end()).catch(() => undefined);
        throw error;
      }
    },
    close: async () => {
      const client = await open?.catch(() => undefined);
      await client?.end();
    },
  };
}

/** The client once it hears of webhooks; one that cannot is ended. */
async function listening(client: Client): Promise<Client> {
  try {
    await client.connect();
    await client.query('listen rekindle_inbox');
    return client;
  } catch (error) {
    void client.end().catch(() => undefined);
    throw error;
  }
}
