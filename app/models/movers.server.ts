import { sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { fallsOf, type Place } from '#app/rfm/moves.ts';
import type { Scheme } from '#app/rfm/schemes.ts';
import type { Cause } from '#app/rfm/transitions.ts';
import { pageOf, parseCursor, type ListPage } from './list-pages.ts';
import { SORT_VALUE, type MemberRow, type MemberSort } from './members.server.ts';
import {
  changedCustomers,
  changesSince,
  monetaryIn,
  MOVES,
  moveByScores,
  numberOfMove,
  placeIn,
  runIn,
  segmentOfNumber,
  twoDays,
  UNTIL_SECOND,
  type TwoDays,
} from './moved-customers.ts';

/** A customer behind a move. What the scores say is as of now, whichever the two days are. */
export type Mover = MemberRow & {
  /** Where they were on the two days. */
  before: Place;
  after: Place;
  /** The last move between the two days, null without one. */
  moved: { day: Day; cause: Cause } | null;
  /** True once the shop no longer has the customer; nothing is known then but the moves. */
  gone: boolean;
};

/** A page of them, and how many there are in all. */
export type MoverPage = ListPage<Mover> & { total: number };

/** How to read a list: `cursor` as in members.server. */
export type Reading = { sort: MemberSort; cursor: string | null; limit: number };

/** The customers who were in one place on the first day and in another, or the same, on the second. */
export async function edgeMovers(
  shopId: number,
  days: TwoDays,
  edge: { before: Place; after: Place },
  reading: Reading,
): Promise<MoverPage> {
  // Whoever was there on the first day and moved since: the first move began there.
  const candidates = `customer_id in (select customer_id ${changesSince(`${MOVES} and before is not distinct from $4`)})`;
  // A comparison of two aggregates is taken for rare, and then scores would be looked up one by one.
  const moved = `
    select customer_id, max(run_id) filter (where ${UNTIL_SECOND}) as run ${changesSince(`${MOVES} and ${candidates}`)}
    group by customer_id
    having case when ${byRun('min', 'before', '$4')} = 0
      and coalesce(${byRun('min', 'before', '$5', `filter (where not ${UNTIL_SECOND})`)}, ${byRun('max', 'after', '$5')}) = 0
      then true else false end`;
  const stayed = `
    select customer_id, null from scores s where shop_id = $1 and segment = $4 and $4::text = $5::text
      and not exists (select ${changesSince(`${MOVES} and customer_id = s.customer_id`)})`;
  const people = {
    listed: `${moved} union all ${stayed}`,
    run: 'run',
    before: '$4::text',
    after: '$5::text',
  };
  return readMovers(shopId, days, people, 'left join', [edge.before, edge.after], reading);
}

/** Whether the first, or the last, of a customer's moves has this place: 0 when it does; SQL over moves. */
const byRun = (which: 'min' | 'max', side: 'before' | 'after', place: string, of = ''): string =>
  `${which}(run_id * 2 + (${side} is distinct from ${place})::int) ${of} % 2`;

/**
 * Customers with a monetary score of 4 or more on one of the two days, whose scores are of a worse segment on the second
 * than on the first: another scheme between the two days lets nobody fall. Who is no longer a customer of the shop is not among them.
 */
export async function fallenValuable(
  shopId: number,
  scheme: Scheme,
  days: TwoDays,
  reading: Reading,
): Promise<MoverPage> {
  const people = `
    select customer_id, first_state, second_state, move from (${changedCustomers(scheme, 'true')}) c
    where greatest(${monetaryIn('first_state')}, ${monetaryIn('second_state')}) >= 4
      and ${moveByScores(scheme, 'first_state', 'second_state')} = any($4::int[])`;
  const falls = fallsOf(scheme).map((fall) => numberOfMove(scheme, fall));
  return readMovers(
    shopId,
    days,
    {
      listed: people,
      run: runIn('move'),
      before: segmentOfNumber(scheme, placeIn('first_state')),
      after: segmentOfNumber(scheme, placeIn('second_state')),
    },
    'join',
    [falls],
    reading,
  );
}

type Row = Omit<Mover, 'moved'> & { day: Day | null; cause: Cause; sorted: number; total: number };

/** Customers as SQL with the two days and `parameters` from $4 on, and of each the last move and the two places. */
type People = { listed: string; run: string; before: string; after: string };

/**
 * Reads a page of `people`.
 * @param scores 'left join' lists also who is no longer a customer of the shop
 */
async function readMovers(
  shopId: number,
  days: TwoDays,
  { listed, run, before, after }: People,
  scores: 'join' | 'left join',
  parameters: readonly unknown[],
  { sort, cursor, limit }: Reading,
): Promise<MoverPage> {
  const from = parseCursor(cursor);
  const back = from?.direction === 'before';
  const direction = back ? 'asc' : 'desc';
  const value = SORT_VALUE[sort];
  const first = 4 + parameters.length;
  const beyond =
    from === null ? '' : `where (${value}, customer_id) ${back ? '>' : '<'} ($${first + 1}, $${first + 2})`;
  const place = from === null ? [] : [from.value, from.customerId];
  const rows = await sqlInShop(shopId, async (client) => {
    const result = await client.query<Row>(
      `with listed as materialized (
         select p.*, s.customer_id is null as gone, s.last_order_day, coalesce(s.frequency, 0) as frequency,
           coalesce(s.monetary, 0) as monetary, coalesce(s.r, 0) as r, coalesce(s.f, 0) as f,
           coalesce(s.m, 0) as m, s.segment
         from (${listed}) p ${scores} scores s on s.shop_id = $1 and s.customer_id = p.customer_id),
       page as (
         select *, ${value} as sorted from listed
         ${beyond} order by ${value} ${direction}, customer_id ${direction} limit $${first})
       select p.customer_id as "customerId", last_order_day as "lastOrderDay", frequency, monetary, r, f, m, segment,
         gone, ${before} as before, ${after} as after,
         c.day, c.cause, sorted, (select count(*) from listed) as total
       from page p left join segment_changes c
         on c.shop_id = $1 and c.customer_id = p.customer_id and c.run_id = ${run}
       order by sorted ${direction}, p.customer_id ${direction}`,
      [...twoDays(shopId, days), ...parameters, limit + 1, ...place],
    );
    return result.rows;
  });
  const page = pageOf(rows, limit, from);
  return {
    ...page,
    rows: page.rows.map(({ day, cause, total: _total, ...row }) => ({
      ...row,
      moved: day === null ? null : { day, cause },
    })),
    total: rows[0]?.total ?? 0,
  };
}
