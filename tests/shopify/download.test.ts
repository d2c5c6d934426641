import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bulkDocument, startBulkQuery } from '#app/shopify/bulk-operations.server.ts';
import { allowedHost, download } from '#app/shopify/download.server.ts';
import { SLIM_ORDERS } from '#app/shopify/order-export.server.ts';
import { placeOrder } from '#tests/fake-shopify/store-orders.ts';
import { connectShop, emptyShop, type ConnectedShop } from './connected-shop.ts';
import { finishedOperation, wholeOf } from './finished-operation.ts';

let app: ConnectedShop;
let url: string;
let whole: Buffer;

beforeEach(async () => {
  const shop = emptyShop();
  for (let i = 0; i < 500; i++) placeOrder(shop, { total: i, createdAt: Date.UTC(2025, 0, 1) + i });
  app = await connectShop(shop, { timeScale: 1000 });
  const start = await startBulkQuery(app.admin, bulkDocument(SLIM_ORDERS, null));
  url = (await finishedOperation(app.admin, start)).url!;
  whole = await wholeOf(download(url));
  // A download is logged when it has ended, which may be after its reader has everything.
  await vi.waitFor(() => expect(statuses()).toEqual([200]));
  app.shopify.calls.clear();
});
afterEach(() => app.close());

const statuses = () => app.shopify.calls.all.flatMap((call) => (call.kind === 'download' ? call.status : []));

describe('B6: a file that', () => {
  it.each([0, 0.25, 0.5, 0.75])('breaks off at %f is taken up where it stopped', async (share) => {
    app.shopify.trouble.add({ action: 'truncate', share, op: 'download' });
    expect((await wholeOf(download(url))).equals(whole)).toBe(true);
    const wanted = share === 0 ? [0, 200] : [0, 206];
    await vi.waitFor(() => expect(statuses()).toEqual(wanted));
  });

  it('comes gzipped is unpacked', async () => {
    app.shopify.trouble.add({ action: 'gzip', op: 'download' });
    expect((await wholeOf(download(url))).equals(whole)).toBe(true);
  });

  it('ends early as if it were whole is given as it came: the counts will tell', async () => {
    app.shopify.trouble.add({ action: 'truncate', share: 0.5, silent: true, op: 'download' });
    expect((await wholeOf(download(url))).length).toBeLessThan(whole.length);
  });

  it('never gets further is given up for now', async () => {
    app.shopify.trouble.add({ action: 'truncate', share: 0, op: 'download', times: 99 });
    await expect(wholeOf(download(url))).rejects.toMatchObject({ name: 'Unavailable' });
  });

  it('redirects is refused', async () => {
    app.shopify.trouble.add({ action: 'redirect', to: 'evil.example', op: 'download', times: 99 });
    await expect(wholeOf(download(url))).rejects.toMatchObject({ name: 'Unavailable' });
  });

  it('is larger than the ceiling is cut off', async () => {
    await expect(wholeOf(download(url, 1000))).rejects.toThrow(RangeError);
  });
});

describe('C3: a result file is fetched from Shopify’s storage only', () => {
  it.each([
    'http://storage.googleapis.com/x',
    'https://169.254.169.254/latest/meta-data',
    'https://[::ffff:127.0.0.1]/',
    'https://0x7f.1/',
    'https://localhost/',
    'https://storage.googleapis.com.evil.com/',
    'https://evil.com/storage.googleapis.com',
    'https://storage.googleapis.com@evil.com/',
    'https://user@storage.googleapis.com/',
    'https://storage.googleapis.com:8443/',
    'https://xshopifycloud.com/',
    'file:///etc/passwd',
    'nonsense',
  ])('%s is refused', (address) => {
    expect(() => allowedHost(address)).toThrow(RangeError);
  });

  it.each([
    'https://storage.googleapis.com/bucket/file',
    'https://shopify-staged-uploads.storage.googleapis.com/x',
    'https://bulk.shopifycloud.com/x',
  ])('%s is allowed', (address) => {
    expect(allowedHost(address).href).toBe(address);
  });
});
