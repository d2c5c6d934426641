import { Client } from 'pg';
import { env } from '#app/env.server.ts';
import { pgTypes } from '#app/pg-types.server.ts';

/** A connection that does not answer for so many milliseconds is given up. */
const SILENT_MS = 5_000;

/** The present install of a shop in whose inbox webhooks wait. */
export type WaitingShop = { shopId: number; generation: number };

/** Hears of webhooks as they are stored. */
export type InboxNews = {
  /**
   * Every shop with webhooks waiting. It also opens the connection on which news come, where there is none.
   * @throws Error when the database is away
   */
  shopsWithWebhooks(): Promise<WaitingShop[]>;
  close(): Promise<void>;
};

/**
 * Calls `tell` for a shop as soon as a webhook of it was stored, by any process. News are lost while the
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
    shopsWithWebhooks: async () => {
      open ??= connect();
      const opening = open;
      try {
        const client = await opening;
        const { rows } = await client.query<WaitingShop>(
          `select shop_id as "shopId", generation from shops
           where shop_id in (select shop_id from inbox where handled_at is null) order by shop_id`,
        );
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
