import { sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';

/** How many customers are in a segment now, and how many more came than left on each day after `from`. */
export type SegmentSize = { now: number; net: Map<Day, number> };

const MOVED = `from segment_changes
  where shop_id = $1 and day > date '1970-01-01' + $2::int and before is distinct from after`;

const EVERY_SEGMENT = `
  select segment, null::date as day, count(*) as n from scores where shop_id = $1 and segment is not null group by segment
  union all
  select place, day, sum(net)::int8 from (select day, before, after, count(*) as moves ${MOVED} group by day, before, after) moves,
    lateral (values (before, -moves), (after, moves)) taken(place, net)
  where place is not null group by place, day`;

// Of one segment there is one figure a day, which is found without telling the others apart.
const ONE_SEGMENT = `
  select $3::text as segment, null::date as day, count(*) as n from scores where shop_id = $1 and segment = $3
  union all
  select $3::text, day, count(*) filter (where after = $3) - count(*) filter (where before = $3)
  ${MOVED} and (before = $3 or after = $3) group by day`;

/**
 * The sizes of segments now, and what they changed by on each day after `from`: of one segment, or of all (null). One
 * statement, so that sizes and changes are of the same instant. Whoever was erased is in neither.
 */
export async function segmentSizes(
  shopId: number,
  from: Day,
  segment: SegmentSlug | null,
): Promise<Map<SegmentSlug, SegmentSize>> {
  const rows = await sqlInShop(shopId, async (client) => {
    const { rows: found } = await client.query<{ segment: SegmentSlug; day: Day | null; n: number }>(
      segment === null ? EVERY_SEGMENT : ONE_SEGMENT,
      segment === null ? [shopId, from] : [shopId, from, segment],
    );
    return found;
  });
  const sizes = new Map<SegmentSlug, SegmentSize>();
  for (const { segment: slug, day, n } of rows) {
    const size = sizes.get(slug) ?? { now: 0, net: new Map<Day, number>() };
    if (day === null) size.now = n;
    else size.net.set(day, n);
    sizes.set(slug, size);
  }
  return sizes;
}
