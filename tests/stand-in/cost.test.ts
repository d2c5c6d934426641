import { parse, type OperationDefinitionNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { costOf } from '#tests/fake-shopify/cost.ts';
import { adminSchema } from '#tests/fake-shopify/schema.ts';
import { createBucket } from '#tests/fake-shopify/throttle.ts';
import { PLANS } from '#tests/fake-shopify/store.ts';
import { smallShop } from './small-shop.ts';

const cost = async (source: string, variables = {}): Promise<number> => {
  const document = parse(source);
  const operation = document.definitions[0] as OperationDefinitionNode;
  return costOf((await adminSchema()).schema, document, operation, variables).requested();
};

describe('points', () => {
  it('of a product with 250 variants are the 25 that Shopify is known to charge', async () => {
    const source = '{ product(id: "1") { variants(first: 250) { nodes { inventoryItem { id tracked } } } } }';
    expect(await cost(source)).toBe(25);
  });

  it('are 1 for an object, 0 for its scalars and 10 for a mutation whatever it answers', async () => {
    expect(await cost('{ shop { name id email } }')).toBe(1);
    expect(
      await cost('mutation { tagsAdd(id: "1", tags: ["a"]) { node { id } userErrors { message } } }'),
    ).toBe(10);
  });

  it('grow with the logarithm of a page, and nested pages multiply', async () => {
    const orders =
      'query Q($n: Int!) { orders(first: $n) { nodes { id customer { id } currentTotalPriceSet { shopMoney { amount } } lineItems(first: 10) { nodes { id product { id } } } } pageInfo { hasNextPage } } }';
    expect(await cost(orders, { n: 250 })).toBe(156);
    const customers =
      '{ customers(first: 250) { nodes { id metafield(key: "x") { value } defaultEmailAddress { emailAddress } } } }';
    expect(await cost(customers)).toBe(35);
  });

  it('that were asked for but not needed come back', async () => {
    const small = await smallShop();
    const { extensions } = await small.ask(
      '{ customers(first: 250) { nodes { id defaultPhoneNumber { phoneNumber } } } }',
    );
    expect(extensions?.cost).toMatchObject({ requestedQueryCost: 24, actualQueryCost: 4 });
    expect(small.standIn.calls.points('customers')).toBe(4);
    await small.standIn.close();
  });

  it('above 1000 in one query are refused, however full the bucket', async () => {
    const small = await smallShop();
    const { errors, data } = await small.ask(
      '{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { product { id } discountedTotalSet { shopMoney { amount } } } } refunds { id totalRefundedSet { shopMoney { amount } } } customer { orders(first: 250) { nodes { lineItems(first: 250) { nodes { product { id } } } } } } } } }',
    );
    expect(errors?.[0]?.extensions?.code).toBe('MAX_COST_EXCEEDED');
    expect(data).toBeUndefined();
    await small.standIn.close();
  });
});

describe('the bucket', () => {
  it('holds 20 seconds of the plan and restores at its rate, on the scaled clock', () => {
    let seconds = 0;
    const clock = {
      timeScale: 10,
      now: () => 0,
      advance: () => undefined,
      scaledNow: () => seconds * 10 * 1000,
      wait: () => Promise.resolve(),
      stop: () => undefined,
      nextDue: () => null,
    };
    const bucket = createBucket(PLANS.standard, clock);
    expect(bucket.status()).toEqual({ maximumAvailable: 2000, currentlyAvailable: 2000, restoreRate: 1000 });
    expect(bucket.take(1500)).toBe(true);
    expect(bucket.take(600)).toBe(false);
    seconds = 0.1;
    expect(bucket.status().currentlyAvailable).toBe(600);
    expect(bucket.take(600)).toBe(true);
    bucket.setRestoreRate(50);
    seconds = 0.2;
    expect(bucket.status()).toMatchObject({ currentlyAvailable: 50, restoreRate: 500 });
  });

  it('answers THROTTLED with HTTP 200 when it is empty, and nothing is done', async () => {
    const small = await smallShop({ timeScale: 0.001 });
    const add =
      'mutation { tagsAdd(id: "gid://shopify/Customer/1", tags: ["x"]) { userErrors { message } } }';
    while (small.office.bucket.take(10));
    const response = await small.post(add);
    const body = (await response.json()) as { errors: unknown[]; data?: unknown; extensions: unknown };
    expect(response.status).toBe(200);
    expect(body.errors).toMatchObject([{ message: 'Throttled', extensions: { code: 'THROTTLED' } }]);
    expect(body.extensions).toMatchObject({ cost: { requestedQueryCost: 10, actualQueryCost: null } });
    expect(small.shop.customers.get(1)?.tags).toEqual([]);
    expect(small.standIn.calls.of('tagsAdd')).toMatchObject([{ throttled: true, actual: 0 }]);
    await small.standIn.close();
  });
});
