import type { ChangeSearch } from '#app/shopify/orders-since.server.ts';

/** Where the next page begins, null after the last, how many this one has, and its newest change and largest id. */
export type Page = { cursor: string | null; read: number; upTo: number; lastId: number };

/** Shopify pages through 25,000 objects of one search at most; a write-back can change more within the overlap. */
const MOST_PAGED = 20_000;

const NONE = { read: 0, upTo: -Infinity, lastId: 0 };

/**
 * Takes page after page, oldest change first, until the last one or the end of the turn; a turn ends only where the
 * next one can go on from a later instant, unless the worker stops. Before Shopify's limit of paging a new search
 * goes on from the newest change, and where more than that changed within one second, through that second by id.
 * @param take stores a page; a search within a second comes in the order of ids, any other in that of changes
 * @param keep notes how far it came, in epoch milliseconds
 * @returns true after the last page
 */
export async function takePages(
  take: (search: ChangeSearch, cursor: string | null) => Promise<Page>,
  since: number,
  over: { signal: AbortSignal; at: number; last: number },
  keep: (until: number) => Promise<unknown>,
): Promise<boolean> {
  let reached = since;
  let search: ChangeSearch = { since, withinSecondAfter: null };
  let paged = NONE;
  for (let cursor: string | null = null; ;) {
    const page: Page = await take(search, cursor);
    cursor = page.cursor;
    paged = {
      read: paged.read + page.read,
      upTo: Math.max(paged.upTo, page.upTo),
      lastId: Math.max(paged.lastId, page.lastId),
    };
    const within = search.withinSecondAfter !== null;
    if (cursor === null && !within) return true;
    // Within a crowded second only its beginning is a place that everything before is in; and only a look that came
    // to its end is noted as far as `last`.
    const until = Math.min(within ? search.since : paged.upTo, over.last - 1);
    if (cursor === null || paged.read >= MOST_PAGED) {
      search = cursor === null ? nextSecond(search) : goOn(search, paged);
      cursor = null;
      paged = NONE;
    }
    if (until > reached) await keep((reached = until));
    if (over.signal.aborted || (performance.now() > over.at && reached > since)) return false;
  }
}

/** The search that goes on near the limit of paging. */
function goOn({ since, withinSecondAfter }: ChangeSearch, { upTo, lastId }: typeof NONE): ChangeSearch {
  if (withinSecondAfter !== null) return { since, withinSecondAfter: lastId };
  const later = Math.floor(upTo / 1000) > Math.floor(since / 1000);
  return later ? { since: upTo, withinSecondAfter: null } : { since, withinSecondAfter: 0 };
}

/** Shopify's searches know whole seconds. */
function nextSecond({ since }: ChangeSearch): ChangeSearch {
  return { since: (Math.floor(since / 1000) + 1) * 1000, withinSecondAfter: null };
}
