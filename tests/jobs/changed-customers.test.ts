import { afterEach, describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { readPending } from '#app/jobs/read-pending.server.ts';
import { onStep } from '#app/jobs/step.server.ts';
import { noteChangedCustomers } from '#app/models/changed-customers.server.ts';
import { setConsent } from '#tests/fake-shopify/store-customers.ts';
import { testDatabase } from '#tests/support/database.ts';
import { followed, receiving } from './followed-shop.ts';
import { drain, type Pipeline } from './pipeline.ts';

testDatabase();
const appUrl = receiving();
afterEach(() => onStep(undefined));

/** Customers who are subscribed as Shopify has it, and as it is stored. */
async function subscribed({ shop, fake }: Pipeline): Promise<[number, number]> {
  const { rows } = await sqlInShop(shop.id, (client) =>
    client.query<{ n: number }>(
      `select count(*)::int as n from customers where shop_id = $1 and email_consent = 'SUBSCRIBED'`,
      [shop.id],
    ),
  );
  const held = [...fake.customers.values()].filter(({ emailState }) => emailState === 'SUBSCRIBED');
  return [held.length, rows[0]?.n ?? 0];
}

describe('given a shop whose customers change', () => {
  it('when our own write-back changes everybody, then reading them again costs less than a quarter of writing them', async () => {
    const pipeline = await followed({ appUrl: appUrl() }, 400);
    const { calls } = pipeline.shopify;
    const written = calls.points('tagsAdd') + calls.points('metafieldsSet');
    expect(calls.of('tagsAdd').length).toBeGreaterThan(300);
    expect(calls.points('CustomersById') + calls.points('ChangedCustomers')).toBeLessThan(written / 4);
    await pipeline.close();
  });

  it('when the search shows a customer as older than was told, then that customer is asked for by id', async () => {
    // No webhook comes but the word that is put in here.
    const pipeline = await followed({}, 60);
    const { shop, fake, shopify } = pipeline;
    const changed = [...fake.customers.values()].filter((one) => one.emailState !== null).slice(0, 20);
    for (const { id } of changed) setConsent(fake, id, { emailState: 'SUBSCRIBED' }, Date.now());
    shopify.calls.clear();
    // Of one of them word comes of a version that is newer than any the search has.
    const told = new Map(
      changed.map(({ id, updatedAt }, i) => [id, i === 7 ? updatedAt + 60_000 : updatedAt]),
    );
    await sqlInShop(shop.id, (client) => noteChangedCustomers(client, shop.id, told));
    await enqueue(readPending, { shopId: shop.id, generation: shop.generation });
    await drain();
    expect(shopify.calls.of('ChangedCustomers').length).toBeGreaterThan(0);
    expect(shopify.calls.of('CustomersById').length).toBeGreaterThan(0);
    const [held, stored] = await subscribed(pipeline);
    expect(stored).toBe(held);
    await pipeline.close();
  });
});
