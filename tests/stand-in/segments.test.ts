import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAppConfig } from '#tests/fake-shopify/app-config.ts';
import { addCustomer } from '#tests/fake-shopify/store-customers.ts';
import { addSegment, deleteSegment } from '#tests/fake-shopify/store-segments.ts';
import { smallShop, type SmallShop } from './small-shop.ts';

const LIST = `query List($first: Int!, $after: String, $query: String) {
  segments(first: $first, after: $after, query: $query, sortKey: LAST_EDIT_DATE, reverse: true) {
    nodes { id name query creationDate lastEditDate } pageInfo { hasNextPage endCursor } } }`;
const ONE = `query One($id: ID!) { segment(id: $id) { name } }`;
const MEMBERS = `query Members($id: ID, $query: String, $first: Int!, $after: String) {
  customerSegmentMembers(segmentId: $id, query: $query, first: $first, after: $after) {
    totalCount edges { node { id } } pageInfo { hasNextPage endCursor } } }`;

type Members = {
  totalCount: number;
  edges: { node: { id: string } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
};

let small: SmallShop;
beforeEach(async () => {
  small = await smallShop();
});
afterEach(() => small.standIn.close());

const gid = (id: number): string => `gid://shopify/Segment/${id}`;
const members = async (variables: object): Promise<Members> =>
  (await small.ask(MEMBERS, { first: 100, ...variables })).data!.customerSegmentMembers as unknown as Members;
const numbers = ({ edges }: Members): number[] =>
  edges.map(({ node }) => Number(/^gid:\/\/shopify\/CustomerSegmentMember\/(\d+)$/.exec(node.id)?.[1]));

describe('segments of customers', () => {
  it('given segments, then they are listed, found by a part of their name, and null when they are gone', async () => {
    addSegment(small.shop, 'VIP', "customer_tags CONTAINS 'vip'", Date.UTC(2026, 0, 1));
    const { id } = addSegment(small.shop, 'Twice', 'number_of_orders >= 2', Date.UTC(2026, 0, 2));
    const { data } = await small.ask(LIST, { first: 1 });
    expect(data!.segments).toMatchObject({
      nodes: [
        { id: gid(id), name: 'Twice', query: 'number_of_orders >= 2', creationDate: '2026-01-02T00:00:00Z' },
      ],
      pageInfo: { hasNextPage: true },
    });
    const found = await small.ask(LIST, { first: 9, query: 'vi' });
    expect(found.data!.segments).toMatchObject({ nodes: [{ name: 'VIP' }] });
    deleteSegment(small.shop, id);
    expect((await small.ask(ONE, { id: gid(id) })).data).toEqual({ segment: null });
    expect((await small.ask(MEMBERS, { id: gid(id), first: 1 })).errors?.[0]?.message).toBe(
      'Segment does not exist',
    );
  });

  it.each([
    ["customer_tags CONTAINS 'vip'", ['Xena', 'Yara']],
    ["customer_tags NOT CONTAINS 'VIP' AND number_of_orders = 0", ['Zoe']],
    ["email_subscription_status = 'SUBSCRIBED'", ['Yara']],
    ["email_subscription_status != 'SUBSCRIBED' AND number_of_orders < 1", ['Xena', 'Zoe']],
    ['amount_spent > 0', []],
  ])('given the query %s, then exactly those are members, as they are now', async (query, expected) => {
    for (const [firstName, tags, emailState] of [
      ['Xena', ['vip'], 'NOT_SUBSCRIBED'],
      ['Yara', ['VIP', 'b'], 'SUBSCRIBED'],
      ['Zoe', [], 'UNSUBSCRIBED'],
    ] as const) {
      addCustomer(small.shop, { firstName, tags, emailState, createdAt: 1 });
    }
    const { id } = addSegment(small.shop, 'S', query, 1);
    const found = numbers(await members({ id: gid(id) })).map((one) => small.shop.customers.get(one)!);
    const named = found.map(({ firstName }) => firstName).filter((name) => /^(Xena|Yara|Zoe)$/.test(name));
    expect(named).toEqual(expected);
    expect(numbers(await members({ query }))).toEqual(found.map((customer) => customer.id));
  });

  it.each([
    'last_order_date > -90d',
    "customer_tags CONTAINS 'a' OR number_of_orders = 1",
    'number_of_orders',
  ])('given the query %s, then it is refused as not modelled', async (query) => {
    const { id } = addSegment(small.shop, 'S', query, 1);
    const { errors } = await small.ask(MEMBERS, { id: gid(id), first: 1 });
    expect(errors?.[0]?.message).toContain('fake-shopify: not modelled');
  });

  it('given 2,500 members, then a thousand come a page, each once, for 15 points, and no larger page is given', async () => {
    for (let i = 0; i < 2_500; i += 1) addCustomer(small.shop, { tags: ['many'], createdAt: 1 });
    const query = "customer_tags CONTAINS 'many'";
    const all: number[] = [];
    for (let after: string | undefined; ;) {
      const page: Members = await members({ query, first: 1_000, after });
      expect(page.totalCount).toBe(2_500);
      all.push(...numbers(page));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(new Set(all).size).toBe(2_500);
    expect(all).toHaveLength(2_500);
    const { extensions } = await small.ask(MEMBERS, { query, first: 1_000 });
    expect(extensions!.cost.requestedQueryCost).toBe(15);
    expect((await small.ask(MEMBERS, { query, first: 1_001 })).errors?.[0]?.message).toContain('1000');
  });

  it('given an app that may not read customers, then it may read neither segments nor members', async () => {
    await small.standIn.close();
    const app = parseAppConfig(`[access_scopes]\nscopes = "read_orders"`);
    small = await smallShop({ app });
    for (const document of [LIST, MEMBERS]) {
      const { errors } = await small.ask(document, { first: 1, query: '' });
      expect(errors?.[0]?.extensions?.code).toBe('ACCESS_DENIED');
    }
  });
});
