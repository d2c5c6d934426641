import { sqlInShop } from '#app/db.server.ts';
import type { ChoiceKind } from '#app/rfm/conditions.ts';

/** A value that a condition can ask for, and how it is called. */
export type OfferedValue = { value: string; label: string };

/** What the shop's own values are taken from; each names `value` and `label`. */
const SOURCES = {
  product: `select id::text as value, title as label from products where shop_id = $1`,
  type: `select distinct type as value, type as label from products where shop_id = $1 and btrim(type) <> ''`,
  vendor: `select distinct vendor as value, vendor as label from products where shop_id = $1 and btrim(vendor) <> ''`,
  channel: fromBought('unnest(channels)'),
  'first-source': fromBought('first_source'),
  'last-source': fromBought('last_source'),
  tag: `select distinct v.value, v.value as label from customers c cross join unnest(c.tags) v (value)
    where c.shop_id = $1`,
} as const satisfies Partial<Record<ChoiceKind, string>>;

function fromBought(value: string): string {
  return `select value, value as label from (select distinct ${value} as value from bought where shop_id = $1) v
    where value is not null`;
}

/** What values can be looked for. */
export type OfferedKind = keyof typeof SOURCES;

/** Whether values of this kind are the shop's own. */
export function isOffered(what: string | null): what is OfferedKind {
  return what !== null && Object.hasOwn(SOURCES, what);
}

/** The shop's own values whose name holds a text, those that begin with it first. */
export async function offeredValues(
  shopId: number,
  what: OfferedKind,
  text: string,
  limit: number,
): Promise<OfferedValue[]> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<OfferedValue>(
      `select value, label from (${SOURCES[what]}) s where position(lower($2) in lower(label)) > 0
       order by position(lower($2) in lower(label)) > 1, lower(label), value limit $3`,
      [shopId, text, limit],
    );
    return rows;
  });
}

/** How products with these numbers are called, those that are known. */
export async function productTitles(shopId: number, ids: readonly number[]): Promise<Record<string, string>> {
  if (ids.length === 0) return {};
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number; title: string }>(
      'select id, title from products where shop_id = $1 and id = any($2)',
      [shopId, ids],
    );
    return Object.fromEntries(rows.map(({ id, title }) => [String(id), title]));
  });
}
