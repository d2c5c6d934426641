import { Client } from 'pg';

// What tells how a customer stood before the campaign is no instant of it.
const TIMES = `select c.table_name as name, c.column_name as column, c.data_type as type
  from information_schema.columns c
  where c.table_schema = 'public' and c.data_type in ('timestamp with time zone', 'date')
    and (c.table_name = 'campaigns' or exists (select from information_schema.columns i
      where i.table_schema = 'public' and i.table_name = c.table_name and i.column_name = 'campaign_id'))
    and c.column_name <> 'last_order_day'`;

/**
 * Lets a campaign of the demo be so many days older than it is: everything the app noted of it happened that much
 * earlier; its discounts in the shop are the caller's to move before. A campaign takes weeks, and whoever looks at the demo has minutes.
 */
export async function ageCampaign(databaseUrl: string, campaignId: number, days: number): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(
      `select set_config('app.shop_id', (select shop_id::text from shops order by shop_id limit 1), true)`,
    );
    const { rows } = await client.query<{ name: string; column: string; type: string }>(TIMES);
    const columns = Map.groupBy(rows, ({ name }) => name);
    for (const [table, its] of columns) {
      const earlier = its.map(({ column, type }) =>
        type === 'date'
          ? `"${column}" = "${column}" - $2::int`
          : `"${column}" = "${column}" - make_interval(days => $2)`,
      );
      const key = table === 'campaigns' ? 'id' : 'campaign_id';
      await client.query(`update ${table} set ${earlier.join(', ')} where ${key} = $1`, [campaignId, days]);
    }
    // The days of its discounts change with it: the app does not take that for a change by the merchant.
    await client.query('update campaign_discounts set terms = null where campaign_id = $1', [campaignId]);
    await client.query('commit');
  } finally {
    await client.end();
  }
}
