import { now } from '#app/clock.server.ts';
import { databaseNow, directory, inShop, type ShopRow } from '#app/db.server.ts';
import { fromInstant } from './stored-values.ts';

export type { ShopRow } from '#app/db.server.ts';

/**
 * Notes that `domain` installed the app with `scopes`. `fresh` is true when this begins an install (the first
 * one, or one after an uninstall, which then counts as the next generation), false when it was installed.
 */
export async function installShop(
  domain: string,
  scopes: string[],
): Promise<{ shop: ShopRow; fresh: boolean }> {
  const { id } = await directory.addShop(domain);
  // Compared later with the instant of an uninstall.
  const at = new Date(await databaseNow());
  const fresh = await inShop(id, async (db) => {
    const again = await db.shop.updateMany({
      where: { id, uninstalledAt: { not: null } },
      data: { generation: { increment: 1 }, uninstalledAt: null, installedAt: at },
    });
    await db.shop.update({ where: { id }, data: { scopes, parkedReason: null, parkedAt: null } });
    const settings = await db.settings.createMany({ data: { shopId: id }, skipDuplicates: true });
    return again.count + settings.count > 0;
  });
  return { shop: await existing(id), fresh };
}

/** What the Admin API says about the shop. */
export type ShopFacts = {
  shopifyId: number;
  /** ISO 4217 */
  currency: string;
  /** IANA name */
  timeZone: string;
  /** epoch milliseconds */
  shopCreatedAt: number;
};

/** Stores what the Admin API says about the shop and returns the row. */
export async function describeShop(shopId: number, facts: ShopFacts): Promise<ShopRow> {
  const { shopifyId, shopCreatedAt, currency, timeZone } = facts;
  await inShop(shopId, (db) =>
    db.shop.update({
      where: { id: shopId },
      data: {
        shopifyId: BigInt(shopifyId),
        shopCreatedAt: fromInstant(shopCreatedAt),
        currency,
        timeZone,
      },
    }),
  );
  return existing(shopId);
}

/** Stops background work for the shop until a person acts; the first reason stays. */
export async function parkShop(shopId: number, reason: string): Promise<void> {
  await inShop(shopId, (db) =>
    db.shop.updateMany({
      where: { id: shopId, parkedReason: null },
      data: { parkedReason: reason, parkedAt: new Date(now()) },
    }),
  );
}

/** Lets background work go on. True when it was parked. */
export async function unparkShop(shopId: number): Promise<boolean> {
  const { count } = await inShop(shopId, (db) =>
    db.shop.updateMany({
      where: { id: shopId, parkedReason: { not: null } },
      data: { parkedReason: null, parkedAt: null },
    }),
  );
  return count > 0;
}

/** Notes the uninstall and forgets every session: their tokens are dead. */
export async function markUninstalled(shopId: number): Promise<void> {
  await inShop(shopId, async (db) => {
    await db.session.deleteMany({ where: { shopId } });
    await db.shop.updateMany({
      where: { id: shopId, uninstalledAt: null },
      data: { uninstalledAt: new Date(now()) },
    });
  });
}

async function existing(id: number): Promise<ShopRow> {
  const shop = await directory.shopById(id);
  if (shop === null) throw new Error(`Shop ${id} is not stored`);
  return shop;
}
