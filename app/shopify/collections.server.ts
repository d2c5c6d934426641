import type { AdminClient } from './admin.server.ts';
import { gid, parseGid } from './gid.ts';

const SEARCH = `#graphql
  query CollectionSearch($words: String!, $first: Int!) {
    collections(first: $first, query: $words, sortKey: TITLE) {
      nodes { id title }
    }
  }
`;

const BY_ID = `#graphql
  query CollectionsById($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Collection { id title }
    }
  }
`;

/** A collection of products and how the shop calls it. */
export type CollectionNow = { id: number; title: string };

type Node = { id: string; title: string };

/** The collections whose titles hold some words, by title; without words the first ones. */
export async function searchCollections(
  admin: AdminClient,
  text: string,
  first: number,
): Promise<CollectionNow[]> {
  // Signs mean something in Shopify's searches, and words are enough to find a title.
  const words = text.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ' ').trim();
  const { collections } = await admin.run<{ collections: { nodes: Node[] } }>(SEARCH, { words, first });
  return collections.nodes.map(known);
}

/** Those of the collections that there are. */
export async function readCollectionTitles(
  admin: AdminClient,
  ids: readonly number[],
): Promise<CollectionNow[]> {
  if (ids.length === 0) return [];
  const { nodes } = await admin.run<{ nodes: (Partial<Node> | null)[] }>(BY_ID, {
    ids: ids.map((id) => gid('Collection', id)),
  });
  return nodes.filter((node): node is Node => node?.id !== undefined).map(known);
}

function known({ id, title }: Node): CollectionNow {
  return { id: parseGid('Collection', id), title };
}
