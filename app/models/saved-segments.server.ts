import { readInShop, sqlInShop } from '#app/db.server.ts';
import type { Tree } from '#app/rfm/conditions.ts';
import { parseTree } from '#app/rfm/parse-conditions.ts';

/** A segment of the merchant's own. */
export type SavedSegment = {
  id: number;
  /** grows by one on each save */
  version: number;
  name: string;
  tree: Tree;
  /** Shopify's staff user id */
  changedBy: number;
  /** epoch milliseconds */
  changedAt: number;
};

/** How many a shop may have, and how long a name may be. */
export const SAVED_LIMITS = { segments: 200, name: 80 } as const;

const COLUMNS = `id, version, name, conditions as tree, changed_by as "changedBy", changed_at as "changedAt"`;

/** Every saved segment of a shop, by name. */
export async function savedSegments(shopId: number): Promise<Pick<SavedSegment, 'id' | 'name'>[]> {
  return readInShop(
    shopId,
    'select id, name from saved_segments where shop_id = $1 order by lower(name), id',
  );
}

/** The names of saved segments whose conditions name segments of a scheme: another scheme has other customers in them. */
export async function namingSegments(shopId: number): Promise<string[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select name from saved_segments where shop_id = $1 and jsonb_path_exists(conditions,
         '$.**.what ? (@ == "segment" || @ == "segment-before" || @ == "moved")')
       order by lower(name), id`,
      [shopId],
    );
    return rows.map(({ name }) => name);
  });
}

/** A saved segment, null when the shop has none with that number. */
export async function savedSegment(shopId: number, id: number): Promise<SavedSegment | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<SavedSegment>(
      `select ${COLUMNS} from saved_segments where shop_id = $1 and id = $2`,
      [shopId, id],
    );
    const row = rows[0];
    if (row === undefined) return null;
    // JSON comes back with its keys in another order.
    const parsed = parseTree(row.tree);
    if (!parsed.ok) throw new Error('A saved segment holds no question');
    return { ...row, tree: parsed.tree };
  });
}

/** A saved segment that asks just this, null where there is none. */
export async function segmentAsking(
  shopId: number,
  tree: Tree,
): Promise<Pick<SavedSegment, 'id' | 'name'> | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<Pick<SavedSegment, 'id' | 'name'>>(
      'select id, name from saved_segments where shop_id = $1 and conditions = $2::jsonb order by id limit 1',
      [shopId, JSON.stringify(tree)],
    );
    return rows[0] ?? null;
  });
}

/** What becomes of a save: the segment's number, or why it was not saved. */
export type SaveOutcome =
  { ok: true; id: number } | { ok: false; reason: 'changed-elsewhere' | 'gone' | 'too-many' };

/** Adds a segment. */
export async function addSegment(
  shopId: number,
  userId: number,
  name: string,
  tree: Tree,
): Promise<SaveOutcome> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `insert into saved_segments (shop_id, name, conditions, changed_by)
       select $1, $2, $3, $4 where (select count(*) from saved_segments where shop_id = $1) < $5 returning id`,
      [shopId, name, JSON.stringify(tree), userId, SAVED_LIMITS.segments],
    );
    return rows[0] === undefined ? { ok: false, reason: 'too-many' } : { ok: true, id: rows[0].id };
  });
}

/** Saves over the segment that was read as `version`; refuses when somebody saved, or deleted it, meanwhile. */
export async function changeSegment(
  shopId: number,
  userId: number,
  { id, version, name, tree }: Pick<SavedSegment, 'id' | 'version' | 'name' | 'tree'>,
): Promise<SaveOutcome> {
  return sqlInShop(shopId, async (client) => {
    const { rowCount } = await client.query(
      `update saved_segments set name = $4, conditions = $5, changed_by = $6, version = version + 1,
         changed_at = clock_timestamp()
       where shop_id = $1 and id = $2 and version = $3`,
      [shopId, id, version, name, JSON.stringify(tree), userId],
    );
    if (rowCount === 1) return { ok: true, id };
    const { rowCount: there } = await client.query(
      'select from saved_segments where shop_id = $1 and id = $2',
      [shopId, id],
    );
    return { ok: false, reason: there === 0 ? 'gone' : 'changed-elsewhere' };
  });
}

/** Deletes the segment that was read as `version`; refuses when somebody saved it meanwhile. */
export async function deleteSegment(shopId: number, id: number, version: number): Promise<boolean> {
  return sqlInShop(shopId, async (client) => {
    const { rowCount } = await client.query(
      'delete from saved_segments where shop_id = $1 and id = $2 and version = $3',
      [shopId, id, version],
    );
    return rowCount === 1;
  });
}
