import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { installShop } from '#app/models/shops.server.ts';
import { noteUninstall } from '#app/uninstall.server.ts';
import { installed, smallShop, type Pipeline } from '#tests/jobs/pipeline.ts';
import { testDatabase } from '#tests/support/database.ts';

testDatabase();
let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await installed(smallShop({ customers: 20 }));
});
afterEach(() => pipeline.close());
afterAll(() => closeQueue(1));

/** What the webhook of an uninstall leads to; null = it does not say when it was triggered. */
const uninstalled = (triggeredAt: number | null): Promise<void> =>
  noteUninstall(pipeline.fake.domain, triggeredAt ?? Number.NaN);

const isInstalled = async (): Promise<boolean> =>
  (await directory.shopById(pipeline.shop.id))?.uninstalledAt === null;
const soon = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('given a late app/uninstalled', () => {
  it('W9: when the app was installed again before it arrived, then the install and its data stay', async () => {
    await soon();
    const triggeredAt = Date.now();
    await soon();
    await installShop(pipeline.fake.domain, ['read_orders']);
    await uninstalled(triggeredAt);
    expect(await isInstalled()).toBe(true);
    await soon();
    await uninstalled(Date.now());
    expect(await isInstalled()).toBe(false);
  });

  it('W9: when it does not say when it was triggered, then Shopify is asked whether the app is installed', async () => {
    await uninstalled(null);
    expect(await isInstalled()).toBe(true);
    pipeline.shopify.shop(pipeline.fake.domain).tokens.revokeAll();
    await uninstalled(null);
    expect(await isInstalled()).toBe(false);
  });
});
