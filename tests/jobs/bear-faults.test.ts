import { describe, expect, it } from 'vitest';
import { adminFor } from '#app/admin-for.server.ts';
import { sqlInShop } from '#app/db.server.ts';
import { applyBearing } from '#app/jobs/bear-faults.server.ts';
import type { WaitingWebhook } from '#app/models/inbox.server.ts';
import type { ShopRow } from '#app/models/shops.server.ts';
import { Unavailable } from '#app/shopify/errors.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';
import { handledNow, waitingNow } from '#tests/support/inbox.ts';

testDatabase();

/** Takes what waits in the shop's inbox, as a run does, and fails with `errorOf` a webhook's resource. */
async function run(shop: ShopRow, errorOf: (id: number | null) => Error | null): Promise<unknown> {
  const context = { shop, admin: adminFor(shop), signal: new AbortController().signal };
  const apply = async (webhooks: WaitingWebhook[]): Promise<undefined> => {
    for (const { resourceId } of webhooks) {
      const error = errorOf(resourceId);
      if (error !== null) throw error;
    }
    await handledNow(
      shop.id,
      webhooks.map(({ webhookId }) => webhookId),
    );
  };
  return applyBearing(context, await waitingNow(shop.id, 10), apply).catch((error: unknown) => error);
}

async function shopWithWebhooks(): Promise<ShopRow> {
  const shop = await testShop();
  await sqlInShop(shop.id, (client) =>
    client.query(
      `insert into inbox (shop_id, webhook_id, topic, resource_id)
       select $1, 'webhook-' || n, 'orders/updated', n from generate_series(1, 4) n`,
      [shop.id],
    ),
  );
  return shop;
}

const left = async ({ id }: ShopRow) => (await waitingNow(id, 10)).map(({ resourceId }) => resourceId);

describe('P5: given webhooks of which one can never be applied', () => {
  it('when they failed together three times, then it is set aside with the reason and the others are handled', async () => {
    const shop = await shopWithWebhooks();
    const poison = (id: number | null): Error | null => (id === 2 ? new TypeError('no such thing') : null);
    for (let n = 0; n < 3; n += 1) expect(await run(shop, poison)).toBeInstanceOf(TypeError);
    expect(await left(shop)).toHaveLength(4);
    expect(await run(shop, poison)).toEqual({ againInSeconds: 0 });
    expect(await left(shop)).toEqual([]);
    const { rows } = await sqlInShop(shop.id, (client) =>
      client.query('select webhook_id, problem from inbox where problem is not null'),
    );
    expect(rows).toEqual([{ webhook_id: 'webhook-2', problem: 'TypeError: no such thing' }]);
  });

  it('when Shopify is away however often, then none is suspected', async () => {
    const shop = await shopWithWebhooks();
    const away = (): Error => new Unavailable('away', false);
    for (let n = 0; n < 5; n += 1) expect(await run(shop, away)).toBeInstanceOf(Unavailable);
    expect(await left(shop)).toHaveLength(4);
    expect(await run(shop, () => null)).toBeUndefined();
    expect(await left(shop)).toEqual([]);
  });

  it('when all of them fail even one by one, then no more than one is set aside in a run', async () => {
    const shop = await shopWithWebhooks();
    for (let n = 0; n < 4; n += 1) expect(await run(shop, () => new Error('all'))).toBeInstanceOf(Error);
    expect(await left(shop)).toEqual([2, 3, 4]);
  });
});
