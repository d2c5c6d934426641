import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';
import type { ShopRow } from './shops.server.ts';

type Install = Pick<ShopRow, 'id' | 'generation'>;

/**
 * The tag prefix by which this install of the shop wishes changes to be written, without the colon; null when it does
 * not, or when everyone has to be planned first. Until the transaction ends the merchant's next word waits.
 */
export async function heldPrefix(client: PoolClient, { id, generation }: Install): Promise<string | null> {
  const { rows } = await client.query<{ prefix: string }>({
    name: 'held-prefix',
    text: `select s.tag_prefix as prefix from settings s, shops h
      where s.shop_id = $1 and h.shop_id = $1 and h.generation = $2 and h.uninstalled_at is null
        and s.write_back = 'on' and s.planned_run_id is not null for share of s, h`,
    values: [id, generation],
  });
  return rows[0]?.prefix ?? null;
}

/** The same as it is at this instant. */
export function followingPrefix(shop: Install): Promise<string | null> {
  return sqlInShop(shop.id, (client) => heldPrefix(client, shop));
}

/** Lets nothing more be sent of a following write-back; one that a new install ended meanwhile stays as it is. */
export async function stopFollowing(shopId: number, runId: number): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `update write_runs set state = 'stopping' where shop_id = $1 and id = $2 and state = 'sending'`,
      [shopId, runId],
    ),
  );
}
