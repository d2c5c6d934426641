import { MEMBER_SORTS } from '#app/components/members-table.tsx';
import type { ShopRow } from '#app/db.server.ts';
import { audiencePage, countAudience } from '#app/models/audience.server.ts';
import { savedSegments } from '#app/models/saved-segments.server.ts';
import { LIMITS, type Tree } from '#app/rfm/conditions.ts';
import { parseTree } from '#app/rfm/parse-conditions.ts';
import { filterTree, isFiltered, merged } from './filters.ts';
import { readAudience, stillGathers } from './read-audience.server.ts';

const PAGE = 50;

/** One page of the customers that an address asks for; null before the first scores. */
export async function readCustomers(shop: ShopRow, search: URLSearchParams) {
  const asked = await readAudience(shop, search);
  if (asked === null) return null;
  const { run, filters, view, base, audience } = asked;
  const sort = MEMBER_SORTS.find((one) => one === search.get('sort')) ?? 'monetary';
  const [page, total, views, gathers] = await Promise.all([
    audiencePage(shop.id, audience, sort, search.get('cursor'), PAGE),
    countAudience(shop.id, audience),
    savedSegments(shop.id),
    stillGathers(shop, run.id, audience.trees),
  ]);
  return {
    asOf: run.asOf,
    filters,
    filtered: isFiltered(filters) || base.parts.length > 0,
    view: view && { id: view.id, name: view.name },
    question: asSegment(merged(base, filterTree(filters))),
    sort,
    page,
    total,
    views,
    gathers,
  };
}

/** The question as a new segment would ask it; null when it is about everybody, or more than one segment can hold. */
function asSegment(question: Tree | null): string | null {
  if (question === null || question.parts.length === 0) return null;
  const text = JSON.stringify(question);
  return encodeURIComponent(text).length <= LIMITS.address && parseTree(text).ok ? text : null;
}
