import { sqlInShop } from '#app/db.server.ts';
import { formatDay, type Day } from '#app/rfm/calendar.ts';
import { axesOf, type Cell } from '#app/rfm/planes.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';
import { pageOf, parseCursor } from './list-pages.ts';

/**
 * Whose customers are listed: a segment's, one cell's, those without scores, those who ordered last on certain days
 * (ends included, null = open), or those of whom no order counts.
 */
export type MemberGroup =
  | { kind: 'segment'; segment: SegmentSlug }
  | ({ kind: 'cell' } & Cell)
  | { kind: 'unscored' }
  | { kind: 'last-order'; from: Day | null; to: Day | null }
  | { kind: 'no-order' };

/** A customer of a group. */
export type MemberRow = {
  customerId: number;
  lastOrderDay: Day | null;
  frequency: number;
  /** minor units */
  monetary: number;
  r: number;
  f: number;
  m: number;
  segment: SegmentSlug | null;
};

/** What each sort compares, highest first; customers that are equal in it follow by id. */
export const SORT_VALUE = {
  monetary: 'monetary',
  frequency: 'frequency::int8',
  // Whoever never ordered comes last.
  'last-order': `coalesce(last_order_day - date '1970-01-01', -2147483648)::int8`,
} as const;

export type MemberSort = keyof typeof SORT_VALUE;

export type MemberPage = { members: MemberRow[]; previous: string | null; next: string | null };

/**
 * One page of a group. `cursor` is `next` or `previous` of another page of the same group and sort; anything
 * else begins at the front. Pages stay true when customers come and go between them.
 */
export async function groupMembers(
  shopId: number,
  group: MemberGroup,
  sort: MemberSort,
  cursor: string | null,
  limit: number,
): Promise<MemberPage> {
  const from = parseCursor(cursor);
  const back = from?.direction === 'before';
  const value = SORT_VALUE[sort];
  const [filter, filterValues] = filterOf(group);
  const values: unknown[] = [shopId, limit + 1, ...filterValues];
  let beyond = '';
  if (from !== null) {
    beyond = `and (${value}, customer_id) ${back ? '>' : '<'} ($${values.length + 1}, $${values.length + 2})`;
    values.push(from.value, from.customerId);
  }
  const direction = back ? 'asc' : 'desc';
  const rows = await sqlInShop(shopId, async (client) => {
    const result = await client.query<MemberRow & { sorted: number }>(
      `select customer_id as "customerId", last_order_day as "lastOrderDay", frequency, monetary, r, f, m, segment,
         ${value} as sorted from scores where shop_id = $1 and ${filter} ${beyond}
       order by ${value} ${direction}, customer_id ${direction} limit $2`,
      values,
    );
    return result.rows;
  });
  const { rows: members, ...around } = pageOf(rows, limit, from);
  return { members, ...around };
}

/** How many are in a group, and their money in minor units. */
export async function groupTotal(
  shopId: number,
  group: MemberGroup,
): Promise<{ customers: number; monetary: number }> {
  const [filter, values] = filterOf(group);
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ customers: number; monetary: number }>(
      `select count(*) as customers, coalesce(sum(monetary), 0)::float8 as monetary from scores
       where shop_id = $1 and customer_id > $2 and ${filter}`,
      [shopId, 0, ...values],
    );
    return rows[0] ?? { customers: 0, monetary: 0 };
  });
}

/** The condition that a row of scores is of a group, whose values begin at $3, and these values. */
export function filterOf(group: MemberGroup): [text: string, values: unknown[]] {
  if (group.kind === 'unscored') return ['segment is null', []];
  if (group.kind === 'segment') return ['segment = $3', [group.segment]];
  if (group.kind === 'no-order') return ['last_order_day is null', []];
  if (group.kind === 'last-order') {
    const { from, to } = group;
    const ends = [from === null ? '-infinity' : formatDay(from), to === null ? 'infinity' : formatDay(to)];
    return ['last_order_day between $3::date and $4::date', ends];
  }
  const [vertical, horizontal] = axesOf(group.plane);
  return [`${vertical} = $3 and ${horizontal} = $4`, [group.down, group.across]];
}

/** Whether the shop has a customer with this number. */
export async function isScored(shopId: number, customerId: number): Promise<boolean> {
  return sqlInShop(shopId, async (client) => {
    const { rowCount } = await client.query('select from scores where shop_id = $1 and customer_id = $2', [
      shopId,
      customerId,
    ]);
    return rowCount === 1;
  });
}
