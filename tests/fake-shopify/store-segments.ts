import { takeId, type FakeShop } from './store.ts';

/** A segment of customers that the merchant made in the admin. Who is in it is asked whenever somebody looks. */
export type FakeSegment = {
  readonly id: number;
  name: string;
  query: string;
  readonly createdAt: number;
  editedAt: number;
};

/** Makes a segment. @param query in the language of segment-query.ts */
export function addSegment(shop: FakeShop, name: string, query: string, at: number): FakeSegment {
  const segment = { id: takeId(shop), name, query, createdAt: at, editedAt: at };
  shop.segments.set(segment.id, segment);
  return segment;
}

/** Deletes a segment; who was in it stays. */
export function deleteSegment(shop: FakeShop, id: number): void {
  shop.segments.delete(id);
}
