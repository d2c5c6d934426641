import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { directory } from '#app/db.server.ts';
import { sessionRows, type SessionRow } from '#app/models/sessions.server.ts';
import { chosenCycle, readSettings, saveSettings } from '#app/models/settings.server.ts';
import {
  describeShop,
  installShop,
  markUninstalled,
  parkShop,
  unparkShop,
} from '#app/models/shops.server.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();

const sessionOf = (shop: string, patch: Partial<SessionRow> = {}): SessionRow => ({
  id: `offline_${shop}`,
  shop,
  state: '',
  isOnline: false,
  scope: 'read_customers',
  expires: 1_790_000_000_123,
  accessToken: 'sealed-a',
  refreshToken: 'sealed-b',
  refreshTokenExpires: null,
  userId: null,
  accountOwner: null,
  ...patch,
});

describe('a shop', () => {
  it('is installed once, and again as the next generation after an uninstall', async () => {
    const domain = 'again.myshopify.com';
    const first = await installShop(domain, ['read_orders']);
    expect(first).toMatchObject({ fresh: true, shop: { domain, generation: 1, scopes: ['read_orders'] } });
    expect((await installShop(domain, ['read_orders', 'x'])).fresh).toBe(false);
    await sessionRows.write(sessionOf(domain));
    await markUninstalled(first.shop.id);
    expect(await sessionRows.ofShop(domain)).toEqual([]);
    expect((await directory.openShops()).map((shop) => shop.domain)).not.toContain(domain);
    const second = await installShop(domain, []);
    expect(second).toMatchObject({ fresh: true, shop: { generation: 2, uninstalledAt: null } });
  });

  it('is left alone by background work while it is parked, with the first reason', async () => {
    const { id, domain } = await testShop();
    await parkShop(id, 2, 'revoked');
    expect(await directory.shopByDomain(domain)).toMatchObject({ parkedReason: null });
    await parkShop(id, 1, 'payment');
    await parkShop(id, 1, 'locked');
    expect(await directory.shopByDomain(domain)).toMatchObject({ parkedReason: 'payment' });
    expect((await directory.openShops()).map((shop) => shop.id)).not.toContain(id);
    expect([await unparkShop(id), await unparkShop(id)]).toEqual([true, false]);
    const facts = {
      shopifyId: 2 ** 52 + 1,
      currency: 'KWD',
      timeZone: 'Pacific/Auckland',
      shopCreatedAt: 12,
    };
    expect(await describeShop(id, facts)).toMatchObject(facts);
  });
});

describe('settings', () => {
  it('are saved by the one who saw the latest, and refused to the other', async () => {
    const { id } = await testShop();
    const seen = await readSettings(id);
    expect(seen).toMatchObject({ version: 1, tagPrefix: 'rfm', writeBack: 'not-asked', windowDays: null });
    expect(await saveSettings(id, 1, { windowDays: 365, countTest: true })).toEqual({ ok: true });
    expect(await saveSettings(id, 1, { tagPrefix: 'x' })).toEqual({ ok: false, reason: 'changed-elsewhere' });
    expect(await readSettings(id)).toEqual({
      ...seen,
      version: 2,
      scoringVersion: 2,
      windowDays: 365,
      countTest: true,
    });
    await expect(saveSettings(id, 2, { tagPrefix: 'a,b' })).rejects.toThrow(/settings_tag_prefix/);
  });

  it('hold a purchase cycle with its unit or none, within its bounds, and a change of it scores nobody again', async () => {
    const { id } = await testShop();
    expect(chosenCycle(await readSettings(id))).toBeNull();
    await saveSettings(id, 1, { cycleLength: 3, cycleUnit: 'months' });
    const saved = await readSettings(id);
    expect(chosenCycle(saved)).toEqual({ length: 3, unit: 'months' });
    expect(saved).toMatchObject({ version: 2, scoringVersion: 1 });
    for (const wrong of [
      { cycleLength: 0 },
      { cycleLength: 37 },
      { cycleLength: null },
      { cycleUnit: null },
      { cycleLength: 1096, cycleUnit: 'days' as const },
    ])
      await expect(saveSettings(id, 2, wrong)).rejects.toThrow(/settings_cycle/);
  });
});

describe('sessions', () => {
  it('come back as they were stored, and only to their shop', async () => {
    const [mine, other] = [await testShop(), await testShop()];
    const online = sessionOf(mine.domain, {
      id: `${mine.domain}_77`,
      isOnline: true,
      userId: 77,
      accountOwner: true,
    });
    await sessionRows.write(online);
    await sessionRows.write(sessionOf(mine.domain));
    await sessionRows.write(sessionOf(mine.domain, { accessToken: 'sealed-c', expires: null }));
    expect(await sessionRows.read(mine.domain, online.id)).toEqual(online);
    expect(await sessionRows.read(mine.domain, `offline_${mine.domain}`)).toEqual(
      sessionOf(mine.domain, { accessToken: 'sealed-c', expires: null }),
    );
    expect(await sessionRows.read(other.domain, online.id)).toBeNull();
    expect(await sessionRows.read('nobody.myshopify.com', online.id)).toBeNull();
    expect(await sessionRows.read(mine.domain, `' or id <> '`)).toBeNull();
    const both = [online.id, `offline_${mine.domain}`];
    const found = await sessionRows.readSome(mine.domain, [...both, 'unknown']);
    expect(found.map(({ id }) => id).toSorted()).toEqual(both.toSorted());
    expect(await sessionRows.readSome(other.domain, both)).toEqual([]);
    await sessionRows.remove(mine.domain, [online.id, 'unknown']);
    expect((await sessionRows.ofShop(mine.domain)).map(({ id }) => id)).toEqual([`offline_${mine.domain}`]);
  });

  it('are held by one of many at a time; the others see what it saved, or what was there when it failed', async () => {
    const { domain } = await testShop();
    const id = `offline_${domain}`;
    await sessionRows.write(sessionOf(domain, { accessToken: '0' }));
    const grow = () =>
      sessionRows.locked(domain, id, async (session, save) => {
        const next = String(Number(session?.accessToken) + 1);
        await sleep(5);
        await save(sessionOf(domain, { accessToken: next }));
        return next;
      });
    const failing = () =>
      sessionRows.locked(domain, id, async (_, save) => {
        await save(sessionOf(domain, { accessToken: '1000' }));
        throw new Error('Shopify is away');
      });
    const [failed, ...grown] = await Promise.all([
      failing().catch((error: Error) => error.message),
      ...Array.from({ length: 32 }, grow),
    ]);
    expect(failed).toBe('Shopify is away');
    expect(grown.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, i) => i + 1));
  });
});
