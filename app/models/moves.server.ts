import { readInShop, sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import type { History } from '#app/rfm/compared-days.ts';
import { movesBetween, type MovedGroup, type Moves } from '#app/rfm/moves.ts';
import type { Scheme, SegmentSlug } from '#app/rfm/schemes.ts';
import {
  causeIn,
  causeOfNumber,
  changedCustomers,
  MOVES,
  placeIn,
  segmentOfNumber,
  twoDays,
  type TwoDays,
} from './moved-customers.ts';

/** From when to when the shop's history of scores reaches, and whether anybody is scored; null before the first run. */
export async function scoreHistory(shopId: number): Promise<(History & { orders: number }) | null> {
  const [row] = await readInShop<{ first: Day; last: Day; orders: number }>(
    shopId,
    `select first.as_of as first, last.holds_on as last, (last.order_counts ->> 'read')::int as orders
     from (select as_of from score_runs where shop_id = $1 order by id limit 1) first,
       (select holds_on, order_counts from score_runs where shop_id = $1 order by id desc limit 1) last`,
  );
  return row ?? null;
}

type Row = Omit<MovedGroup, 'people'> & { people: number; changed: boolean };

/**
 * Who moved from where to where between the end of one day and the end of another: the present scores with every change
 * after the day taken back. One statement, so that scores and changes are of the same instant.
 */
export async function storedMoves(shopId: number, scheme: Scheme, days: TwoDays): Promise<Moves> {
  const rows = await sqlInShop(shopId, async (client) => {
    const result = await client.query<Row>(
      `select ${segmentOfNumber(scheme, 'first')} as before, ${segmentOfNumber(scheme, 'second')} as after,
         ${segmentOfNumber(scheme, 'last')} as now, ${causeOfNumber('cause')} as cause, true as changed, people
       from (select ${placeIn('first_state')} as first, ${placeIn('second_state')} as second,
           ${placeIn('last_state')} as last, ${causeIn('move')} as cause, count(*) as people
         from (${changedCustomers(scheme, MOVES)}) changed group by 1, 2, 3, 4) counted
       union all
       select null, null, segment, null, false, count(*) from scores
       where shop_id = $1 and segment is not null group by segment`,
      twoDays(shopId, days),
    );
    return result.rows;
  });
  const present = rows.filter(({ changed }) => !changed);
  return movesBetween(
    scheme,
    rows.filter(({ changed }) => changed),
    new Map(present.map(({ now, people }) => [now as SegmentSlug, people])),
  );
}
