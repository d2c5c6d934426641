import { aloneInShop } from '#app/db.server.ts';

/** What became of the wish to erase a shop: 'busy' when something of it is under way, 'installed' when it is in use. */
export type ShopErasure = 'erased' | 'installed' | 'busy';

/**
 * Takes every row of an uninstalled shop out of every table, as the database's own catalogue lists them, so that none
 * can be forgotten. A shop that was installed again since keeps everything.
 */
export async function eraseStoredShop(shopId: number): Promise<ShopErasure> {
  const erased = await aloneInShop(shopId, async (client): Promise<ShopErasure> => {
    await client.query(`select set_config('statement_timeout', '0', true)`);
    const { rowCount: inUse } = await client.query(
      'select from shops where shop_id = $1 and uninstalled_at is null for update',
      [shopId],
    );
    if (inUse !== 0) return 'installed';
    const { rows } = await client.query<{ name: string }>(
      `select format('%I', c.relname) as name from pg_class c join pg_attribute a on a.attrelid = c.oid
       where c.relnamespace = current_schema::regnamespace and c.relkind in ('r', 'p') and a.attname = 'shop_id'
       order by c.relname = 'shops', c.relname`,
    );
    for (const { name } of rows) await client.query(`delete from ${name} where shop_id = $1`, [shopId]);
    return 'erased';
  });
  return erased ?? 'busy';
}
