import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { smallShop, type SmallShop } from './small-shop.ts';

let small: SmallShop;
beforeEach(async () => {
  small = await smallShop();
});
afterEach(() => small.standIn.close());

describe('scopes', () => {
  it('that are missing deny the field, and say which access it needs', async () => {
    small.office.scopes = new Set(['read_all_orders', 'read_orders']);
    const { data, errors } = await small.ask(
      '{ orders(first: 1, sortKey: ID) { nodes { id customer { id } } } }',
    );
    expect(data).toEqual({ orders: { nodes: [{ id: 'gid://shopify/Order/101', customer: null }] } });
    expect(errors).toMatchObject([
      {
        message: 'Access denied for customer field. Required access: `read_customers` access scope.',
        extensions: { code: 'ACCESS_DENIED' },
      },
    ]);
  });

  it('to write include those to read, and are needed to write', async () => {
    const add =
      'mutation { tagsAdd(id: "gid://shopify/Customer/1", tags: ["a"]) { userErrors { message } } }';
    expect((await small.ask(add)).errors).toBeUndefined();
    small.office.scopes = new Set(['read_customers']);
    const { data, errors } = await small.ask(add);
    expect(data).toEqual({ tagsAdd: null });
    expect(errors?.[0]?.extensions?.code).toBe('ACCESS_DENIED');
    const { data: granted } = await small.ask('{ currentAppInstallation { accessScopes { handle } } }');
    expect(granted).toEqual({ currentAppInstallation: { accessScopes: [{ handle: 'read_customers' }] } });
  });

  it('without read_all_orders show the orders of the last 60 days and say nothing', async () => {
    const now = small.standIn.clock.now();
    placeOrder(small.shop, { id: 900, total: 100, createdAt: now - 59 * 86_400_000 });
    placeOrder(small.shop, { id: 901, total: 100, createdAt: now - 61 * 86_400_000 });
    small.office.scopes = new Set(['read_orders', 'read_customers']);
    const { data, errors } = await small.ask(
      '{ orders(first: 50) { nodes { id } } ordersCount { count } order(id: "gid://shopify/Order/101") { id } }',
    );
    expect(data).toEqual({
      orders: { nodes: [{ id: 'gid://shopify/Order/900' }] },
      ordersCount: { count: 1 },
      order: null,
    });
    expect(errors).toBeUndefined();
    expect(await small.bulk('{ orders { edges { node { id } } } }')).toMatchObject({ objectCount: '1' });
  });
});

describe('protected customer data', () => {
  const names =
    '{ nodes(ids: ["gid://shopify/Customer/1"]) { ... on Customer { id firstName defaultEmailAddress { emailAddress } } } }';

  it('is there with level 2', async () => {
    const { data } = await small.ask(names);
    expect(data).toEqual({
      nodes: [
        {
          id: 'gid://shopify/Customer/1',
          firstName: 'Ann',
          defaultEmailAddress: { emailAddress: 'c1@example.com' },
        },
      ],
    });
  });

  it('is null with an error without level 2', async () => {
    small.office.protectedData = 'level-1';
    const { data, errors } = await small.ask(names);
    expect(data).toEqual({
      nodes: [{ id: 'gid://shopify/Customer/1', firstName: null, defaultEmailAddress: null }],
    });
    expect(errors?.map(({ message }) => message.split('.')[0])).toEqual([
      'This app is not approved to use the firstName field',
      'This app is not approved to use the defaultEmailAddress field',
    ]);
  });

  it('without any level hides customers and orders as a whole', async () => {
    small.office.protectedData = 'none';
    const { errors } = await small.ask('{ customers(first: 1) { nodes { id } } }');
    expect(errors?.[0]?.message).toContain('not approved to access the Customer object');
  });
});
