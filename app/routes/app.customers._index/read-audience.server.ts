import type { ShopRow } from '#app/db.server.ts';
import { gatherBought } from '#app/jobs/gather-bought.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { askedAsOf, type Audience } from '#app/models/audience.server.ts';
import { boughtIsDue } from '#app/models/bought.server.ts';
import { asksForOrders } from '#app/models/condition-sql.ts';
import { savedSegment, type SavedSegment } from '#app/models/saved-segments.server.ts';
import { latestRun, type ScoreRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { EVERYBODY, type Tree } from '#app/rfm/conditions.ts';
import { parseTree } from '#app/rfm/parse-conditions.ts';
import { filterTree, parseFilters, type CustomerFilters } from './filters.ts';

/** The customers an address asks for. */
export type AskedAudience = {
  run: ScoreRun;
  filters: CustomerFilters;
  /** The saved segment it is about, null for everybody or for a question that is not saved. */
  view: SavedSegment | null;
  /** The question of the view, or that of the address; the filters come on top. */
  base: Tree;
  audience: Audience;
};

/**
 * Reads which customers an address asks for: a saved segment or a question, filters on top, and numbers.
 * @returns null before the first scores
 * @throws Response 404 when it names a segment that is none, 400 when its question is none
 */
export async function readAudience(shop: ShopRow, search: URLSearchParams): Promise<AskedAudience | null> {
  const filters = parseFilters(search);
  const [run, settings, view] = await Promise.all([
    latestRun(shop.id),
    readSettings(shop.id),
    filters.view === null ? null : savedSegment(shop.id, filters.view),
  ]);
  if (filters.view !== null && view === null) throw new Response(null, { status: 404 });
  const base = view === null ? questionOf(search.get('where')) : view.tree;
  if (run === null) return null;
  const audience = {
    trees: [base, filterTree(filters)],
    ids: filters.ids,
    asked: askedAsOf(run, settings),
  };
  return { run, filters, view, base, audience };
}

/** The question in an address. @throws Response 400 when it is none */
export function questionOf(where: string | null): Tree {
  if (where === null) return EVERYBODY;
  const parsed = parseTree(where);
  if (!parsed.ok) throw new Response(null, { status: 400 });
  return parsed.tree;
}

/**
 * Whether a question is about what is in orders while that is still to be gathered; then the worker is asked to, and
 * some customers may be missing until it has.
 */
export async function stillGathers(shop: ShopRow, runId: number, trees: readonly Tree[]): Promise<boolean> {
  if (!trees.some(asksForOrders) || !(await boughtIsDue(shop.id, runId))) return false;
  await enqueue(gatherBought, { shopId: shop.id, generation: shop.generation });
  return true;
}
