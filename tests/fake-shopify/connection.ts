import { GraphQLError } from 'graphql';
import { onlyArgs, typeModel, type Args } from './model.ts';

/** A list that is read in pages, or as a whole by a bulk query. */
export type Connection = {
  readonly args: Args;
  /** Everything in order; computed when it is asked for. */
  readonly all: () => readonly unknown[];
  /** Where an item stands in the order: its sort value, then its id. */
  readonly place: (item: never) => readonly [value: number, id: number];
  /** Largest page, and how deep paging may go. */
  readonly limits: PageLimits;
};

type PageLimits = { readonly page: number; readonly depth: number };

const USUAL: PageLimits = { page: 250, depth: 25_000 };

type Page = {
  readonly edges: readonly { readonly node: unknown; readonly cursor: string }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
};

const pages = new WeakMap<Connection, Page>();

/** A list in ascending order of `place`; descending with `reverse: true`. */
export function connection<T>(
  args: Args,
  all: () => readonly T[],
  place: (item: T) => readonly [number, number],
  limits: PageLimits = USUAL,
): Connection {
  const sorted = (): readonly T[] => {
    const way = args.reverse === true ? -1 : 1;
    const keyed = all().map((item) => ({ item, key: place(item) }));
    const inOrder = (a: readonly [number, number], b: readonly [number, number]): number =>
      way * (a[0] - b[0] || a[1] - b[1]);
    // Most lists are in order already, and a million keys take long to sort.
    const ready = keyed.every(({ key }, i) => i === 0 || inOrder(keyed[i - 1]?.key ?? key, key) <= 0);
    if (!ready) keyed.sort((a, b) => inOrder(a.key, b.key));
    return keyed.map(({ item }) => item);
  };
  return { args, all: sorted, place, limits };
}

/** Every …Connection type. */
export const connectionModel = typeModel<Connection>({
  nodes: (source) => page(source).edges.map((edge) => edge.node),
  edges: (source) => page(source).edges,
  totalCount: (source) => source.all().length,
  pageInfo: (source) => {
    const { edges, hasNextPage, hasPreviousPage } = page(source);
    const startCursor = edges[0]?.cursor ?? null;
    return { hasNextPage, hasPreviousPage, startCursor, endCursor: edges.at(-1)?.cursor ?? null };
  },
});

function page(source: Connection): Page {
  const ready = pages.get(source) ?? cut(source);
  pages.set(source, ready);
  return ready;
}

/** Only forward paging: `first` and `after`. */
function cut({ args, all, place, limits }: Connection): Page {
  onlyArgs(
    args,
    'a connection',
    'first',
    'after',
    'query',
    'sortKey',
    'reverse',
    'keys',
    'namespace',
    'ownerType',
  );
  const first = args.first;
  if (typeof first !== 'number') throw new GraphQLError('you must provide one of first or last');
  if (first < 1 || first > limits.page) {
    throw new GraphQLError(`first must be between 1 and ${limits.page}, not ${first}`);
  }
  const items = all();
  const after = typeof args.after === 'string' ? readCursor(args.after) : null;
  const way = args.reverse === true ? -1 : 1;
  const start =
    after === null
      ? 0
      : firstIndex(items, (item) => {
          const [value, id] = place(item as never);
          return way * (value - after.value || id - after.id) > 0;
        });
  const depth = after?.depth ?? 0;
  if (depth + first > limits.depth)
    throw new GraphQLError(`pagination is limited to ${limits.depth} objects`);
  const shown = items.slice(start, start + first);
  return {
    edges: shown.map((node, index) => ({
      node,
      cursor: writeCursor(place(node as never), depth + index + 1),
    })),
    hasNextPage: start + first < items.length,
    hasPreviousPage: start > 0,
  };
}

/** First index whose item passes a test that is false up to a point and true from there on. */
function firstIndex(items: readonly unknown[], test: (item: unknown) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(items[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}

function writeCursor([value, id]: readonly [number, number], depth: number): string {
  return Buffer.from(JSON.stringify({ last_id: id, last_value: value, depth })).toString('base64');
}

function readCursor(cursor: string): { readonly value: number; readonly id: number; readonly depth: number } {
  try {
    const read = JSON.parse(Buffer.from(cursor, 'base64').toString()) as Record<string, unknown>;
    return { value: Number(read.last_value), id: Number(read.last_id), depth: Number(read.depth) };
  } catch {
    throw new GraphQLError(`Invalid cursor for current pagination sort: ${cursor}`);
  }
}
