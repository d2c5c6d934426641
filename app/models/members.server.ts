import type { PoolClient } from 'pg';
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

/** Customers as SQL: `from` names the tables, among them scores s; `values` are the parameters, $1 the shop. */
export type MemberQuery = { from: string; where: string; values: unknown[] };

/**
 * One page of customers. `cursor` is `next` or `previous` of another page of the same question and sort; anything
 * else begins at the front. Pages stay true when customers come and go between them.
 */
export async function memberPage(
  client: PoolClient,
  { from, where, values }: MemberQuery,
  sort: MemberSort,
  cursor: string | null,
  limit: number,
): Promise<MemberPage> {
  const place = parseCursor(cursor);
  const back = place?.direction === 'before';
  const direction = back ? 'asc' : 'desc';
  const value = SORT_VALUE[sort];
  const next = values.length + 1;
  const beyond =
    place === null ? '' : `and (${value}, s.customer_id) ${back ? '>' : '<'} ($${next + 1}, $${next + 2})`;
  const beyondValues = place === null ? [] : [place.value, place.customerId];
  const { rows } = await client.query<MemberRow & { sorted: number }>(
    `select s.customer_id as "customerId", s.last_order_day as "lastOrderDay", s.frequency, s.monetary, s.r, s.f, s.m,
       s.segment, ${value} as sorted from ${from} where ${where} ${beyond}
     order by ${value} ${direction}, s.customer_id ${direction} limit $${next}`,
    [...values, limit + 1, ...beyondValues],
  );
  const { rows: members, ...around } = pageOf(rows, limit, place);
  return { members, ...around };
}

/** How many customers there are, and their money in minor units. */
export async function memberTotal(
  client: PoolClient,
  { from, where, values }: MemberQuery,
): Promise<{ customers: number; monetary: number }> {
  const { rows } = await client.query<{ customers: number; monetary: number }>(
    `select count(*) as customers, coalesce(sum(s.monetary), 0)::float8 as monetary from ${from} where ${where}`,
    values,
  );
  return rows[0]!;
}

/** One page of a group, see memberPage. */
export function groupMembers(
  shopId: number,
  group: MemberGroup,
  sort: MemberSort,
  cursor: string | null,
  limit: number,
): Promise<MemberPage> {
  return sqlInShop(shopId, (client) => memberPage(client, groupSql(shopId, group), sort, cursor, limit));
}

/** How many are in a group, and their money in minor units. */
export function groupTotal(
  shopId: number,
  group: MemberGroup,
): Promise<{ customers: number; monetary: number }> {
  return sqlInShop(shopId, (client) => memberTotal(client, groupSql(shopId, group)));
}

/** The customers of a group as SQL. */
export function groupSql(shopId: number, group: MemberGroup): MemberQuery {
  const [filter, values] = filterOf(group);
  return { from: 'scores s', where: `s.shop_id = $1 and ${filter}`, values: [shopId, ...values] };
}

/** The condition that a row of scores is of a group, whose values begin at $2, and these values. */
function filterOf(group: MemberGroup): [text: string, values: unknown[]] {
  if (group.kind === 'unscored') return ['s.segment is null', []];
  if (group.kind === 'segment') return ['s.segment = $2', [group.segment]];
  if (group.kind === 'no-order') return ['s.last_order_day is null', []];
  if (group.kind === 'last-order') {
    const { from, to } = group;
    const ends = [from === null ? '-infinity' : formatDay(from), to === null ? 'infinity' : formatDay(to)];
    return ['s.last_order_day between $2::date and $3::date', ends];
  }
  const [vertical, horizontal] = axesOf(group.plane);
  return [`s.${vertical} = $2 and s.${horizontal} = $3`, [group.down, group.across]];
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
