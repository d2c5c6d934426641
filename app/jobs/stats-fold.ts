import type { Settings } from '#app/models/settings.server.ts';
import type { ShopRow } from '#app/models/shops.server.ts';
import { zoneDays, type Day } from '#app/rfm/calendar.ts';
import { createStats } from '#app/rfm/customer-stats.ts';

/** A shop whose zone and currency are known: the import learns them first of all. */
export type DescribedShop = ShopRow & { timeZone: string; currency: string };

/** @throws Error when the shop was never described */
export function described(shop: ShopRow): DescribedShop {
  const { timeZone, currency } = shop;
  if (timeZone === null || currency === null) throw new Error('the shop was never described');
  return { ...shop, timeZone, currency };
}

/** Folds orders into customers by a shop's rules. */
export function statsFold(
  { timeZone, currency }: DescribedShop,
  { windowDays, countTest, countCancelled, countUnpaid, countZero }: Settings,
  asOf: Day,
): ReturnType<typeof createStats> {
  const rules = { countTest, countCancelled, countUnpaid, countZero };
  return createStats({ asOf, windowDays, currency, rules, dayOf: zoneDays(timeZone) });
}
