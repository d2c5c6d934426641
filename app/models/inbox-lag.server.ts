import { sqlInShop } from '#app/db.server.ts';

/** Webhooks whose waiting time is looked at, the newest. */
const SAMPLE = 1_000;

/** How the inbox keeps up. Times are milliseconds. */
export type InboxLag = {
  waiting: number;
  /** how long the oldest one has waited, null when none does */
  oldestMs: number | null;
  /**
   * how many were handled within 24 hours, at most a thousand of them, and how long these had waited; without word of
   * customers, which waits for the next look
   */
  handled: number;
  p50Ms: number | null;
  p95Ms: number | null;
};

/** How long the shop's webhooks wait until they are handled. */
export function inboxLag(shopId: number): Promise<InboxLag> {
  return sqlInShop(shopId, async (client) => {
    const waiting = await client.query<Pick<InboxLag, 'waiting' | 'oldestMs'>>(
      `select count(*) as waiting,
         extract(epoch from clock_timestamp() - min(received_at))::float8 * 1000 as "oldestMs"
       from inbox where shop_id = $1 and handled_at is null`,
      [shopId],
    );
    const handled = await client.query<Pick<InboxLag, 'handled' | 'p50Ms' | 'p95Ms'>>(
      `select count(*) as handled, percentile_disc(0.5) within group (order by waited) as "p50Ms",
         percentile_disc(0.95) within group (order by waited) as "p95Ms"
       from (select extract(epoch from handled_at - received_at)::float8 * 1000 as waited from inbox
         where shop_id = $1 and handled_at > clock_timestamp() - interval '24 hours' and topic not like 'customer%'
         order by handled_at desc limit $2) newest`,
      [shopId, SAMPLE],
    );
    const none = { waiting: 0, oldestMs: null, handled: 0, p50Ms: null, p95Ms: null };
    return { ...none, ...waiting.rows[0], ...handled.rows[0] };
  });
}
