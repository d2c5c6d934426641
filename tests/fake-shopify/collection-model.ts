import { connection, type Connection } from './connection.ts';
import { gid } from './gid.ts';
import { notModelled, onlyArgs, typeModel, type ApiContext, type Args } from './model.ts';
import { searchTest } from './search-query.ts';
import type { FakeCollection } from './store.ts';

export const collection = typeModel<FakeCollection>({
  id: ({ id }) => gid('Collection', id),
  title: ({ title }) => title,
});

/** `collections(…)`, found by words of their titles. */
export function collectionConnection(args: Args, { office }: ApiContext): Connection {
  onlyArgs(args, 'collections', 'first', 'after', 'reverse', 'query', 'sortKey');
  if (args.sortKey !== 'ID' && args.sortKey !== 'TITLE')
    throw notModelled(`collections sorted by ${String(args.sortKey)}`);
  const test = searchTest<FakeCollection>(args.query, { id: ({ id }) => id, '': ({ title }) => title });
  const found = [...office.shop.collections.values()].filter(test);
  if (args.sortKey === 'TITLE') found.sort((a, b) => (a.title < b.title ? -1 : 1));
  const places = new Map(found.map(({ id }, place) => [id, args.sortKey === 'TITLE' ? place : 0]));
  return connection(
    args,
    () => found,
    ({ id }) => [places.get(id) ?? 0, id],
  );
}
