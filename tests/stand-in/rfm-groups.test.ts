import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addCustomer } from '#tests/fake-shopify/store-customers.ts';
import { cancelOrder, deleteOrder, placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { smallShop, type SmallShop } from './small-shop.ts';

const DAY = 86_400_000;
let small: SmallShop;
beforeEach(async () => {
  small = await smallShop();
});
afterEach(() => small.standIn.close());

const groupOf = async (id: number): Promise<string | undefined> => {
  const { data } = await small.ask(
    'query Group($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { statistics { rfmGroup } } } }',
    { ids: [`gid://shopify/Customer/${id}`] },
  );
  const answer = data as unknown as { nodes: ({ statistics: { rfmGroup: string } } | null)[] };
  return answer.nodes[0]?.statistics.rfmGroup;
};

describe('Shopify’s own groups', () => {
  it('given who ordered last, most and dearest of many, then a champion, and the opposite is dormant', async () => {
    const { shop } = small;
    const now = small.standIn.clock.now();
    for (const id of shop.orders.keys()) deleteOrder(shop, id, now);
    for (let i = 0; i < 10; i += 1) {
      const { id } = addCustomer(shop, { id: 500 + i, createdAt: now - 900 * DAY });
      for (let order = 0; order <= i; order += 1)
        placeOrder(shop, {
          customerId: id,
          total: 1000 * (i + 1),
          createdAt: now - (100 - i * 10) * DAY - order,
        });
    }
    addCustomer(shop, { id: 900, createdAt: now });
    expect(await groupOf(509)).toBe('CHAMPIONS');
    expect(await groupOf(500)).toBe('DORMANT');
    expect(await groupOf(900)).toBe('PROSPECTS');
    // Who changes the shop changes the groups.
    const only = placeOrder(shop, { customerId: 900, total: 1, createdAt: now });
    expect(await groupOf(900)).toBe('NEW');
    cancelOrder(shop, only.id, now);
    expect(await groupOf(900)).toBe('PROSPECTS');
  });

  it('given a shop in which nobody ordered, then all are prospects, and fields that are not modelled say so', async () => {
    const { shop } = small;
    for (const id of shop.orders.keys()) deleteOrder(shop, id, small.standIn.clock.now());
    const [id = 0] = shop.customers.keys();
    expect(await groupOf(id)).toBe('PROSPECTS');
    const { errors } = await small.ask(
      `{ nodes(ids: ["gid://shopify/Customer/${id}"]) { ... on Customer { statistics { predictedSpendTier } } } }`,
    );
    expect(errors?.[0]?.message).toContain('not modelled');
  });
});
