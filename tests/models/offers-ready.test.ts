import { Client, type PoolClient } from 'pg';
import { describe, expect, it } from 'vitest';
import { directory, sqlInShop } from '#app/db.server.ts';
import { addCampaign } from '#app/models/campaigns.server.ts';
import { nextReady } from '#app/models/offers-ready.server.ts';
import { message, planOf } from '#tests/campaigns/plans.ts';
import { testDatabase } from '#tests/support/database.ts';

testDatabase();

type Plan = {
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
};

/** Rows of offers that a plan read. */
function offersRead(plan: Plan): number {
  const looked = plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0);
  const own = plan['Relation Name'] === 'offers' ? looked * plan['Actual Loops'] : 0;
  return (plan.Plans ?? []).reduce((sum, part) => sum + offersRead(part), own);
}

/** A connection that notes how many rows of offers each statement reads. */
function counting(client: PoolClient, read: number[]): PoolClient {
  const query = async (text: string, values: unknown[]): Promise<unknown> => {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `explain (analyze, format json) ${text}`,
      values,
    );
    read.push(offersRead(rows[0]!['QUERY PLAN'][0].Plan));
    return client.query(text, values);
  };
  return { query } as unknown as PoolClient;
}

describe('the next offers to be handed over', () => {
  it('given 20,000 that are ready, then a batch of 16 reads about 16 of them, the oldest first', async () => {
    const shop = await directory.addShop('ready.myshopify.com');
    const plan = planOf({ ladder: [message({ kind: 'none' }), message({ kind: 'none' }, 3)] });
    const made = await addCampaign(shop.id, 7, { name: 'Come back', plan, operation: 'a' });
    if (!made.ok) throw new Error(made.reason);
    await sqlInShop(shop.id, async (client) => {
      await client.query(
        `insert into offers (shop_id, campaign_id, customer_id, entry, step, branch, arm, version, needs_code, state,
           created_at)
         select $1::int8, $2::int8, n, 1, n % 2, 0, 0, 1, false, case when n = 19999 then 'sending' else 'ready' end,
           timestamptz '2026-01-01' + make_interval(secs => n) from generate_series(1, 20000) n
         union all select $1::int8, $2::int8, n, 1, 0, 0, 0, 1, false, 'given', timestamptz '2026-01-01'
         from generate_series(100001, 110000) n`,
        [shop.id, made.id],
      );
    });
    // As PostgreSQL does of itself.
    const owner = new Client(process.env['DATABASE_URL']);
    await owner.connect();
    await owner.query('analyze offers');
    await owner.end();
    await sqlInShop(shop.id, async (client) => {
      const read: number[] = [];
      const at = Date.now();
      const keys = await nextReady(counting(client, read), shop.id, made.id, {
        at,
        timeZone: 'UTC',
        limit: 16,
      });
      expect(keys.map(({ customerId }) => customerId)).toEqual(Array.from({ length: 16 }, (_, n) => n + 1));
      // One row tells of each arm that it has some; then 16 of each at most.
      expect(read.reduce((sum, n) => sum + n, 0)).toBeLessThan(50);
    });
  });
});
