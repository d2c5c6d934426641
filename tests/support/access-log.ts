import { inShop } from '#app/db.server.ts';

/** The access log of a shop with the customers each entry names, newest first. */
export async function loggedAccess(
  shopId: number,
): Promise<{ userId: number | null; what: string; customerIds: number[] }[]> {
  const rows = await inShop(shopId, (db) => db.accessLogEntry.findMany({ orderBy: { id: 'desc' } }));
  return rows.map(({ userId, what, customerIds }) => ({
    userId: userId === null ? null : Number(userId),
    what,
    customerIds: customerIds.map(Number),
  }));
}
