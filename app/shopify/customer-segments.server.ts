import type { AdminClient } from './admin.server.ts';
import { parseGid } from './gid.ts';

const SEGMENTS = `#graphql
  query CustomerSegments($after: String) {
    segments(first: 250, after: $after, sortKey: LAST_EDIT_DATE, reverse: true) {
      nodes { id name }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

const SEGMENT = `#graphql
  query CustomerSegment($id: ID!) {
    segment(id: $id) { id }
  }
`;

const COUNT = `#graphql
  query CustomerSegmentCount($id: ID!) {
    customerSegmentMembers(segmentId: $id, first: 1) { totalCount }
  }
`;

const MEMBERS = `#graphql
  query CustomerSegmentMembers($id: ID!, $after: String) {
    customerSegmentMembers(segmentId: $id, first: 1000, after: $after) {
      totalCount
      edges { node { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

/** A segment that the merchant made in Shopify; how many customers it has is told of the first ones only. */
export type CustomerSegment = { gid: string; name: string; customers: number | null };

/** Segments that are listed at most, those edited last first, and of how many of them their customers are counted. */
const MOST_LISTED = 1_000;
const MOST_COUNTED = 20;

type PageInfo = { hasNextPage: boolean; endCursor: string | null };
type SegmentsPage = { segments: { nodes: { id: string; name: string }[]; pageInfo: PageInfo } };

/** The segments that are in the shop's admin, those edited last first. */
export async function listCustomerSegments(admin: AdminClient): Promise<CustomerSegment[]> {
  const found: CustomerSegment[] = [];
  for (let after: string | null = null; ;) {
    const { segments }: SegmentsPage = await admin.run<SegmentsPage>(SEGMENTS, { after });
    found.push(...segments.nodes.map(({ id, name }) => ({ gid: id, name, customers: null })));
    after = segments.pageInfo.hasNextPage ? segments.pageInfo.endCursor : null;
    if (after === null || found.length >= MOST_LISTED) break;
  }
  const counted = found.slice(0, MOST_COUNTED).map(async (one) => ({
    ...one,
    customers: await countMembers(admin, one.gid),
  }));
  return [...(await Promise.all(counted)), ...found.slice(MOST_COUNTED)];
}

/** One that was deleted this moment, or that Shopify cannot count, is listed without its number. */
async function countMembers(admin: AdminClient, gid: string): Promise<number | null> {
  const answer = await admin
    .run<{ customerSegmentMembers: { totalCount: number } }>(COUNT, { id: gid })
    .catch(() => null);
  return answer?.customerSegmentMembers.totalCount ?? null;
}

/** A page of who is in a segment: their numbers, how many there are in all, and where the next page begins. */
export type SegmentMembers = { ids: number[]; total: number; cursor: string | null };

type MembersPage = {
  customerSegmentMembers: {
    totalCount: number;
    edges: { node: { id: string } }[];
    pageInfo: PageInfo;
  };
};

/** Reads up to a thousand customers of a segment; null when there is no such segment. */
export async function readSegmentMembers(
  admin: AdminClient,
  gid: string,
  after: string | null,
): Promise<SegmentMembers | null> {
  const { segment } = await admin.run<{ segment: object | null }>(SEGMENT, { id: gid });
  if (segment === null) return null;
  const { customerSegmentMembers: page } = await admin.run<MembersPage>(MEMBERS, { id: gid, after });
  const { hasNextPage, endCursor } = page.pageInfo;
  return {
    // The number in a member's own id is the customer's.
    ids: page.edges.map(({ node }) => parseGid('CustomerSegmentMember', node.id)),
    total: page.totalCount,
    cursor: hasNextPage ? endCursor : null,
  };
}
