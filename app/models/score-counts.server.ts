import { readInShop, sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import type { ScoreCount } from '#app/rfm/planes.ts';

const NOW = `select r, f, m, count(*) as customers, sum(monetary) as monetary, count(*) as earlier
  from scores where shop_id = $1 and r > 0 group by r, f, m`;

// A customer's changes follow on each other, so taking one back moves one customer from where it led to where it
// came from, in whichever order. They lie in their index by day and scores, so that those of a day are counted without
// hashing each. '000' is nowhere: unscored, not there yet, or gone.
const TAKEN_BACK = `select left(score, 1)::int2, substr(score, 2, 1)::int2, right(score, 1)::int2, 0, 0, back
  from (select score_before, score_after, sum(moves)::int8 as moves
        from (select score_before, score_after, count(*) as moves from segment_changes
              where shop_id = $1 and day > date '1970-01-01' + $2::int group by day, score_before, score_after) by_day
        group by score_before, score_after) moved,
    lateral (values (score_before, moves), (score_after, -moves)) taken(score, back)
  where score <> '000'`;

/**
 * How many customers have which scores now, with their money, and how many had them at the end of `day`: the present
 * scores with every later change taken back, all as of one instant. Customers who were deleted in Shopify since are
 * counted on that day, those who were erased are not: nothing of them is left.
 */
export async function scoreCounts(shopId: number, day: Day | null): Promise<ScoreCount[]> {
  const earlier = day === null ? '' : ` union all ${TAKEN_BACK}`;
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<ScoreCount>(
      `select r, f, m, sum(customers)::int8 as customers, sum(monetary)::float8 as monetary,
         sum(earlier)::int8 as earlier
       from (${NOW}${earlier}) counted group by r, f, m having sum(customers) <> 0 or sum(earlier) <> 0`,
      day === null ? [shopId] : [shopId, day],
    );
    return rows;
  });
}

/** The day of the shop's first scores, since when there is a history; null before them. */
export async function firstScoredDay(shopId: number): Promise<Day | null> {
  const [row] = await readInShop<{ day: Day }>(
    shopId,
    'select as_of as day from score_runs where shop_id = $1 order by id limit 1',
  );
  return row?.day ?? null;
}
