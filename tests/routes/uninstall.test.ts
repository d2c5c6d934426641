import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { env } from '#app/env.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { installShop } from '#app/models/shops.server.ts';
import { action } from '#app/routes/webhooks.ts';
import { installed, smallShop, type Pipeline } from '#tests/jobs/pipeline.ts';
import { testDatabase } from '#tests/support/database.ts';

testDatabase();
let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await installed(smallShop({ customers: 20 }));
});
afterEach(() => pipeline.close());
afterAll(() => closeQueue(1));

/** Delivers app/uninstalled as triggered at an instant, null = without saying when. */
async function uninstalled(triggeredAt: number | null): Promise<Response> {
  const body = '{"id":1}';
  const request = new Request(`${env.SHOPIFY_APP_URL}/webhooks`, {
    method: 'POST',
    body,
    headers: {
      'x-shopify-topic': 'app/uninstalled',
      'x-shopify-shop-domain': pipeline.fake.domain,
      'x-shopify-hmac-sha256': createHmac('sha256', env.SHOPIFY_API_SECRET).update(body).digest('base64'),
      ...(triggeredAt !== null && { 'x-shopify-triggered-at': new Date(triggeredAt).toISOString() }),
    },
  });
  return action({ request, params: {}, context: {} } as Parameters<typeof action>[0]);
}

const isInstalled = async (): Promise<boolean> =>
  (await directory.shopById(pipeline.shop.id))?.uninstalledAt === null;
const soon = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('given a late app/uninstalled', () => {
  it('W9: when the app was installed again before it arrived, then the install and its data stay', async () => {
    await soon();
    const triggeredAt = Date.now();
    await soon();
    await installShop(pipeline.fake.domain, ['read_orders']);
    expect((await uninstalled(triggeredAt)).status).toBe(200);
    expect(await isInstalled()).toBe(true);
    await soon();
    await uninstalled(Date.now());
    expect(await isInstalled()).toBe(false);
  });

  it('W9: when it does not say when it was triggered, then Shopify is asked whether the app is installed', async () => {
    expect((await uninstalled(null)).status).toBe(200);
    expect(await isInstalled()).toBe(true);
    pipeline.shopify.shop(pipeline.fake.domain).tokens.revokeAll();
    expect((await uninstalled(null)).status).toBe(200);
    expect(await isInstalled()).toBe(false);
  });
});
