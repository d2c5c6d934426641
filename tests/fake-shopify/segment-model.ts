import { GraphQLError } from 'graphql';
import { connection, type Connection } from './connection.ts';
import { gid, parseGid } from './gid.ts';
import { dateTime, notModelled, onlyArgs, typeModel, type ApiContext, type Args } from './model.ts';
import { segmentTest } from './segment-query.ts';
import type { FakeCustomer } from './store-customers.ts';
import type { FakeSegment } from './store-segments.ts';

export const segment = typeModel<FakeSegment>({
  id: ({ id }) => gid('Segment', id),
  name: ({ name }) => name,
  query: ({ query }) => query,
  creationDate: ({ createdAt }) => dateTime(createdAt),
  lastEditDate: ({ editedAt }) => dateTime(editedAt),
});

/** The number in a member's id is the customer's. */
export const customerSegmentMember = typeModel<FakeCustomer>({
  id: ({ id }) => gid('CustomerSegmentMember', id),
});

const SORT: Readonly<Record<string, (one: FakeSegment) => number>> = {
  CREATION_DATE: ({ createdAt }) => createdAt,
  ID: ({ id }) => id,
  LAST_EDIT_DATE: ({ editedAt }) => editedAt,
};

/** `segments(…)`, found by a part of their names. */
export function segmentConnection(args: Args, { office }: ApiContext): Connection {
  onlyArgs(args, 'segments', 'first', 'after', 'reverse', 'query', 'sortKey');
  const { query = '', sortKey, ...paged } = args;
  const sort = SORT[String(sortKey)];
  if (sort === undefined) throw notModelled(`segments sorted by ${String(sortKey)}`);
  const words = String(query ?? '').toLowerCase();
  if (words.includes(':')) throw notModelled(`the search "${words}" for segments`);
  return connection(
    paged,
    () => [...office.shop.segments.values()].filter(({ name }) => name.toLowerCase().includes(words)),
    (one) => [sort(one), one.id],
  );
}

/** A thousand a page, and no end to paging: the next page of a segment begins after a customer. */
const LIMITS = { page: 1_000, depth: Infinity };

/**
 * `customerSegmentMembers(…)` of a stored segment or of a query.
 * @throws GraphQLError for a segment there is not
 */
export function segmentMembers(args: Args, { office }: ApiContext): Connection {
  onlyArgs(args, 'customerSegmentMembers', 'first', 'after', 'reverse', 'segmentId', 'query');
  const { segmentId, query, ...paged } = args;
  const { customers, segments } = office.shop;
  const parsed = parseGid(segmentId);
  const stored = parsed?.type === 'Segment' ? segments.get(parsed.id)?.query : undefined;
  const asked = typeof segmentId === 'string' ? stored : query;
  if (typeof asked !== 'string') throw new GraphQLError('Segment does not exist');
  const test = segmentTest(asked);
  return connection(
    paged,
    () => [...customers.values()].filter((customer) => test(customer, office.shop)),
    ({ id }) => [0, id],
    LIMITS,
  );
}
