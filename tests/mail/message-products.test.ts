import { afterAll, expect, it } from 'vitest';
import { adminFor } from '#app/admin-for.server.ts';
import { directory, sqlInShop } from '#app/db.server.ts';
import { messageProducts } from '#app/jobs/message-products.server.ts';
import { previewMessage } from '#app/jobs/preview-message.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { suggestProducts } from '#app/models/product-suggestions.server.ts';
import { loggedAccess } from '#tests/support/access-log.ts';
import { testDatabase } from '#tests/support/database.ts';
import { installed, runPipeline, smallShop } from '#tests/jobs/pipeline.ts';
import { ARM, PLAN } from './mailing-shop.ts';

testDatabase();
afterAll(() => closeQueue(1));

it('given a shop with its history, then messages show products the customer may want, that are for sale', async () => {
  const fake = smallShop({ customers: 400 });
  const pipeline = await installed(fake);
  await runPipeline(pipeline);
  const shop = (await directory.shopById(pipeline.shop.id))!;
  const rows = await sqlInShop(shop.id, async (client) => {
    const { rows: found } = await client.query<{ id: number; products: number[] }>(
      'select customer_id as id, products from bought where shop_id = $1 order by customer_id',
      [shop.id],
    );
    return found;
  });
  const of = new Map(rows.map(({ id, products }) => [id, new Set(products)]));
  const suggested = await suggestProducts(shop.id, [...of.keys(), 999]);
  expect(suggested).toHaveLength(of.size + 1);
  let recommended = 0;
  for (const { customerId, recommended: theirs } of suggested) {
    const mine = of.get(customerId) ?? new Set();
    recommended += theirs.length;
    for (const product of theirs) {
      expect(mine.has(product)).toBe(false);
      // At least three customers bought it together with something of theirs.
      const together = [...mine].some(
        (one) => [...of.values()].filter((all) => all.has(one) && all.has(product)).length >= 3,
      );
      expect(together).toBe(true);
    }
  }
  expect(recommended).toBeGreaterThan(50);
  // A customer nobody knows is shown what is cheap in the shop, and nothing is recommended to them.
  const stranger = suggested.find(({ customerId }) => customerId === 999)!;
  expect(stranger.recommended).toEqual([]);
  expect(stranger.entryPrice.length).toBeGreaterThan(0);
  const prices = await sqlInShop(shop.id, async (client) => {
    const { rows: priced } = await client.query<{ id: number; price: number }>(
      'select product_id as id, price from product_hints where shop_id = $1 and price is not null order by price',
      [shop.id],
    );
    return priced;
  });
  const cheap = prices.findIndex(({ id }) => !stranger.entryPrice.includes(id));
  const dearest = Math.max(
    ...prices.filter(({ id }) => stranger.entryPrice.includes(id)).map(({ price }) => price),
  );
  expect(cheap === -1 || dearest <= prices[Math.ceil(prices.length / 4) - 1]!.price).toBe(true);

  const admin = adminFor(shop);
  const customerId = suggested.find(({ recommended: some }) => some.length > 0)!.customerId;
  const gone = suggested.find((one) => one.customerId === customerId)!.recommended[0]!;
  fake.products.delete(gone);
  const products = await messageProducts(shop.id, admin, [customerId], ['{{ products.recommended }}']);
  expect(products(customerId).recommended.map(({ url }) => url)).not.toContain(
    `https://${shop.domain}/products/${gone}`,
  );
  expect(products(customerId).entryPrice).toHaveLength(3);
  const asked = pipeline.shopify.calls.all.length;
  const none = await messageProducts(shop.id, admin, [customerId], ['Hello']);
  expect(none(customerId)).toEqual({ entryPrice: [], recommended: [] });
  expect(pipeline.shopify.calls.all).toHaveLength(asked);

  // The preview shows all of it for a real customer, and somebody saw the name.
  const body =
    'Hi {{ customer.first_name }}: {{ customer.last_product }}\n{{ products.entry_price }}\n{{ offer.code }}';
  const [first] = PLAN.ladder;
  const plan = { ...PLAN, ladder: [{ ...first!, branches: [{ when: null, arms: [{ ...ARM, body }] }] }] };
  const wanted = { plan, step: 0, branch: 0, arm: 0, customerId, code: null, endsAt: null, edited: null };
  const preview = await previewMessage(shop, 1001, wanted);
  const { firstName } = fake.customers.get(customerId)!;
  expect(preview).toMatchObject({ ok: true });
  if (preview.ok) {
    expect(preview.text).toMatch(new RegExp(`^Hi ${firstName}: \\S`));
    expect(preview.text).toContain(`https://${shop.domain}/products/`);
    expect(preview.text).toContain('XXXX-XXXX');
    expect(preview.subject).toContain(firstName);
  }
  expect(await loggedAccess(shop.id)).toMatchObject([
    { what: 'names', userId: 1001, customerIds: [customerId] },
  ]);
  expect(await previewMessage(shop, 1001, { ...wanted, step: 5 })).toMatchObject({ reason: 'no-step' });
  expect(await previewMessage(shop, 1001, { ...wanted, customerId: 1 })).toMatchObject({
    reason: 'no-customer',
  });
  expect(await previewMessage(shop, 1001, { ...wanted, edited: { body: '{{ x }}' } })).toMatchObject({
    ok: false,
    faults: [{ in: 'body', fault: { fault: 'unknown-tag', line: 1, column: 1 } }],
  });
  pipeline.shopify.shop(fake.domain).protectedData = 'level-1';
  expect(await previewMessage(shop, 1001, wanted)).toMatchObject({ reason: 'protected-data' });
  await pipeline.close();
});
