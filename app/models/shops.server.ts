import type { Prisma } from '@prisma/client';
import { now } from '#app/clock.server.ts';
import { databaseNow, directory, inShop, type ShopRow } from '#app/db.server.ts';
import { UNKNOWN_VALUE } from '#app/rfm/write-plan.ts';
import { fromInstant } from './stored-values.ts';

export type { ShopRow } from '#app/db.server.ts';

/**
 * Notes that Shopify granted a token for `domain` with `scopes`: at this instant the app is installed there, so an
 * uninstall triggered before it is the end of a former install. `fresh` is true when this begins an install (the first
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
      data: { generation: { increment: 1 }, uninstalledAt: null },
    });
    const granted = { scopes, installedAt: at, parkedReason: null, parkedAt: null };
    await db.shop.update({ where: { id }, data: granted });
    if (again.count > 0) await forgetFormerInstall(db, id);
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
  /** granted now; left as stored when not told */
  scopes?: string[];
};

/** Behind the domain stands a shop with another id than the one whose data is stored. */
export class AnotherShop extends Error {
  override readonly name = 'AnotherShop';
  constructor() {
    super('Behind this domain stands another shop than the one that is stored');
  }
}

/**
 * Stores what the Admin API says about the shop and returns the row. A zone or a currency other than before makes
 * every score out of date, which is noted as a change of settings: `changed`; own cut points of money go with their
 * currency.
 * @throws AnotherShop, and nothing is stored then
 */
export async function describeShop(
  shopId: number,
  facts: ShopFacts,
): Promise<ShopRow & { changed: boolean }> {
  const { shopifyId, shopCreatedAt, currency, timeZone, scopes } = facts;
  const changed = await inShop(shopId, async (db) => {
    const before = await db.shop.findUniqueOrThrow({ where: { id: shopId } });
    if (before.shopifyId !== null && before.shopifyId !== BigInt(shopifyId)) throw new AnotherShop();
    const described = { shopCreatedAt: fromInstant(shopCreatedAt), currency, timeZone };
    const granted = scopes === undefined ? {} : { scopes };
    await db.shop.update({
      where: { id: shopId },
      data: { ...described, ...granted, shopifyId: BigInt(shopifyId) },
    });
    const first = before.timeZone === null || before.currency === null;
    if (first || (before.timeZone === timeZone && before.currency === currency)) return false;
    await db.settings.update({ where: { shopId }, data: { scoringVersion: { increment: 1 } } });
    if (before.currency !== currency) {
      // Amounts of another currency say nothing in this one.
      await db.$executeRaw`update settings set own_cut_points = own_cut_points - 'm', version = version + 1
        where shop_id = ${shopId} and own_cut_points -> 'm' is not null`;
      await db.$executeRaw`update home set targets = targets - 'average-order', revenue_at_risk = null
        where shop_id = ${shopId}`;
      await db.$executeRaw`delete from segment_profiles where shop_id = ${shopId}`;
    }
    return true;
  });
  return { ...(await existing(shopId)), changed };
}

/**
 * Stops background work for this install (`generation`) of the shop until a person acts; the first reason stays,
 * and late news of a former install changes nothing.
 */
export async function parkShop(shopId: number, generation: number, reason: string): Promise<void> {
  await inShop(shopId, (db) =>
    db.shop.updateMany({
      where: { id: shopId, generation, parkedReason: null },
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

/**
 * What the former install was allowed and believed holds no longer: the merchant is asked again, no write-back goes
 * on, roles are given anew, and of metafields only that there may be one is known. Which tags are ours stays known.
 */
async function forgetFormerInstall(db: Prisma.TransactionClient, shopId: number): Promise<void> {
  await db.staffMember.deleteMany({ where: { shopId } });
  await db.settings.updateMany({
    where: { shopId },
    data: { writeBack: 'not-asked', plannedRunId: null, undoRunId: null, version: { increment: 1 } },
  });
  // Nothing goes out again before somebody says so.
  await db.campaign.updateMany({
    where: { shopId, state: 'running' },
    data: { state: 'paused', pauseReason: 'reinstalled', revision: { increment: 1 } },
  });
  await db.campaign.updateMany({
    where: { shopId, state: 'scheduled' },
    data: { state: 'draft', startAt: null, revision: { increment: 1 } },
  });
  await db.writeHold.updateMany({ where: { shopId, asked: true }, data: { asked: false } });
  await db.writeRun.updateMany({
    where: { shopId, state: { in: ['planned', 'sending', 'stopping'] } },
    data: { state: 'stopped', finishedAt: new Date(now()) },
  });
  await db.$executeRaw`update written set segment = case when segment is null then null else ${UNKNOWN_VALUE} end,
    profile = case when profile is null then null else ${UNKNOWN_VALUE} end where shop_id = ${BigInt(shopId)}`;
  await db.shop.update({
    where: { id: shopId },
    data: { unreachableSince: null, givenUpJob: null, givenUpReason: null, givenUpAt: null },
  });
}

async function existing(id: number): Promise<ShopRow> {
  const shop = await directory.shopById(id);
  if (shop === null) throw new Error(`Shop ${id} is not stored`);
  return shop;
}
