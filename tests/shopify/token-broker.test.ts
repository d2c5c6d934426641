import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Unavailable, Uninstalled } from '#app/shopify/errors.ts';
import { readCounts } from '#app/shopify/shop.server.ts';
import { offlineSessionId } from '#app/shopify/tokens.ts';
import { connectShop, expireToken, type ConnectedShop } from './connected-shop.ts';

const DAY = 86_400_000;
let app: ConnectedShop;

beforeEach(async () => {
  app = await connectShop();
});
afterEach(async () => {
  vi.useRealTimers();
  await app.close();
});

describe('the offline token', () => {
  it('T1: 32 parallel callers with an expired token cause exactly one refresh', async () => {
    expireToken(app);
    const tokens = await Promise.all(
      Array.from({ length: 32 }, () => app.broker.accessToken(app.shop.domain)),
    );
    expect(new Set(tokens).size).toBe(1);
    expect(app.shopify.calls.of('refresh')).toHaveLength(1);
    expect(app.tokens().access).toBe(tokens[0]);
  });

  it('T2: a crash between refresh and store leaves the old pair, and the next job succeeds with it', async () => {
    expireToken(app);
    const before = app.tokens();
    app.store.beforeSave = () => {
      throw new Error('killed');
    };
    await expect(app.broker.accessToken(app.shop.domain)).rejects.toThrow('killed');
    expect(app.tokens()).toEqual(before);
    app.store.beforeSave = null;
    await expect(readCounts(app.admin)).resolves.toEqual({ orders: 0, customers: 0 });
    expect(app.shopify.calls.of('refresh')).toHaveLength(2);
  });

  it('T3: a refresh answer without expiry keeps the old pair and says so', async () => {
    expireToken(app);
    const before = app.tokens();
    app.shopify.trouble.add({ action: 'noexp', op: 'refresh' });
    await expect(app.broker.accessToken(app.shop.domain)).rejects.toThrow('the old pair is kept');
    expect(app.tokens()).toEqual(before);
    await expect(app.broker.accessToken(app.shop.domain)).resolves.toMatch(/^shpat_/);
  });

  it('T4: after 95 days without use the shop waits for someone to open the app', async () => {
    app.shopify.clock.advance(95 * DAY);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 95 * DAY });
    await expect(readCounts(app.admin)).rejects.toMatchObject({ name: 'Uninstalled', reason: 'reconnect' });
    expect(app.shopify.calls.all.map(({ op }) => op)).toEqual(['refresh']);
    // Nothing dead is left behind: the next page load exchanges a new token.
    expect(app.tokens()).toEqual({ access: null, refresh: null });
  });

  it('T5: a refused token is renewed once and the call goes through', async () => {
    app.shopify.trouble.add({ action: '401', op: 'Counts' });
    await expect(readCounts(app.admin)).resolves.toEqual({ orders: 0, customers: 0 });
    expect(app.shopify.calls.of('refresh')).toHaveLength(1);
  });

  it('T5: a shop that refuses the new token too is closed, without a loop', async () => {
    app.shopify.trouble.add({ action: '401', op: 'Counts', times: 99 });
    await expect(readCounts(app.admin)).rejects.toMatchObject({ reason: 'revoked' });
    expect(app.shopify.calls.all).toHaveLength(3);
  });

  it.each([
    [402, 'payment'],
    [403, 'forbidden'],
    [423, 'locked'],
  ] as const)('T5: answer %i closes the shop as "%s" after one call', async (status, reason) => {
    app.office.refuseWith = status;
    await expect(readCounts(app.admin)).rejects.toMatchObject({ name: 'Uninstalled', reason });
    expect(app.shopify.calls.all).toHaveLength(1);
  });

  it('T5: an uninstalled app is told by the refresh, and its tokens are forgotten', async () => {
    app.office.uninstall();
    await expect(readCounts(app.admin)).rejects.toBeInstanceOf(Uninstalled);
    expect(app.tokens()).toEqual({ access: null, refresh: null });
  });

  it('T6: a client secret Shopify does not take keeps the pair, because the fault is ours', async () => {
    expireToken(app);
    const before = app.tokens();
    app.shopify.trouble.add({ action: '5xx', op: 'refresh', status: 500 });
    await expect(app.broker.accessToken(app.shop.domain)).rejects.toBeInstanceOf(Unavailable);
    expect(app.tokens()).toEqual(before);
  });

  it('T7: a scope that was taken away stops what needs it and nothing else', async () => {
    app.shopify.trouble.add({ action: 'accessDenied', op: 'Shop', field: 'ordersCount', times: 1 });
    const { readShop } = await import('#app/shopify/shop.server.ts');
    await expect(readShop(app.admin)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(readCounts(app.admin)).resolves.toEqual({ orders: 0, customers: 0 });
  });

  it('T8: is never stored in clear, and opens only for the session it was sealed for', async () => {
    expireToken(app);
    const token = await app.broker.accessToken(app.shop.domain);
    const dump = JSON.stringify([...app.store.rows.values()]);
    expect(dump).not.toMatch(/shpat_|shpua_|shprt_/);
    expect(dump).not.toContain(token);
    const row = app.store.rows.get(offlineSessionId(app.shop.domain))!;
    expect(() => app.sealer.open(row.accessToken!, 'offline_other.myshopify.com')).toThrow();
    // Not the last character: some of its bits are padding and mean nothing.
    const flipped = row.accessToken!.replace(/.(?=.{4}$)/, (one) => (one === 'A' ? 'B' : 'A'));
    expect(() => app.sealer.open(flipped, row.id)).toThrow();
  });
});
