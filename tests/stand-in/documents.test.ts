import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallShop, type SmallShop } from './small-shop.ts';

let small: SmallShop;
beforeAll(async () => {
  small = await smallShop();
});
afterAll(() => small.standIn.close());

describe('a document', () => {
  it('is refused for a field that Shopify does not have', async () => {
    const { errors, data } = await small.ask('{ shop { favouriteColour } }');
    expect(errors?.[0]?.message).toContain('Cannot query field "favouriteColour" on type "Shop"');
    expect(data).toBeUndefined();
  });

  it('is refused for a field the stand-in does not model, even where there would be no rows', async () => {
    const { errors } = await small.ask('{ orders(first: 1, query: "id:1") { nodes { id tags } } }');
    expect(errors?.[0]).toMatchObject({
      message: 'fake-shopify: not modelled: Order.tags',
      extensions: { code: 'NOT_MODELLED' },
    });
  });

  it('is refused for an argument or a search the stand-in would have to ignore', async () => {
    const argument = await small.ask(
      '{ orders(first: 1, savedSearchId: "gid://shopify/SavedSearch/1") { nodes { id } } }',
    );
    expect(argument.errors?.[0]?.message).toContain('argument savedSearchId');
    const search = await small.ask('{ orders(first: 1, query: "tag:vip") { nodes { id } } }');
    expect(search.errors?.[0]?.message).toContain('search by tag');
  });

  it('is refused for another version of the API', async () => {
    const { access_token: token } = await small.install();
    const response = await small.fetch('https://small.myshopify.com/admin/api/2024-01/graphql.json', {
      method: 'POST',
      headers: { 'x-shopify-access-token': token },
      body: '{"query":"{shop{id}}"}',
    });
    expect(response.status).toBe(404);
  });

  it('answers money as Shopify writes it, with text for decimals and counts', async () => {
    const { data } = await small.ask(
      '{ order(id: "gid://shopify/Order/101") { totalPriceSet { shopMoney { amount currencyCode } } } customer(id: "gid://shopify/Customer/1") { numberOfOrders amountSpent { amount } } }',
    );
    expect(data).toEqual({
      order: { totalPriceSet: { shopMoney: { amount: '12.5', currencyCode: 'EUR' } } },
      customer: { numberOfOrders: '3', amountSpent: { amount: '37.5' } },
    });
  });

  it('counts up to a limit and says whether there are more', async () => {
    const { data } = await small.ask(
      '{ all: ordersCount(limit: null) { count precision } some: ordersCount(limit: 4) { count precision } }',
    );
    expect(data).toEqual({
      all: { count: 9, precision: 'EXACT' },
      some: { count: 4, precision: 'AT_LEAST' },
    });
  });
});

describe('a list', () => {
  const page = `query Page($after: String, $query: String) {
    orders(first: 2, after: $after, query: $query, sortKey: UPDATED_AT) {
      nodes { id updatedAt } pageInfo { hasNextPage endCursor } } }`;
  type Page = { orders: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };

  it('is read to its end in pages, each order once', async () => {
    const ids: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { orders } = (await small.ask(page, { after })).data as never as Page;
      ids.push(...orders.nodes.map(({ id }) => id));
      ({ hasNextPage: more, endCursor: after } = orders.pageInfo);
    }
    expect(ids).toHaveLength(9);
    expect(new Set(ids).size).toBe(9);
  });

  it('holds only what its search finds', async () => {
    const query = "updated_at:>='2020-02-01T00:00:00Z' AND updated_at:<'2020-02-02T00:00:00Z'";
    const { orders } = (await small.ask(page, { query })).data as never as Page;
    expect(orders.nodes).toEqual([{ id: 'gid://shopify/Order/301', updatedAt: '2020-02-01T00:00:00Z' }]);
  });

  it('asks for a size, of 250 at most', async () => {
    const without = await small.ask('{ orders { nodes { id } } }');
    expect(without.errors?.[0]?.message).toContain('first or last');
    const large = await small.ask('{ customers(first: 251) { nodes { id } } }');
    expect(large.errors?.[0]?.message).toContain('between 1 and 250');
  });
});
