import { readOrdersForScoring } from '#app/models/orders.server.ts';
import type { Settings } from '#app/models/settings.server.ts';
import type { ShopRow } from '#app/models/shops.server.ts';
import { startOfDay, zoneDays, type Day } from '#app/rfm/calendar.ts';
import { createStats, type CustomerStats } from '#app/rfm/customer-stats.ts';
import { step } from './step.server.ts';

/** A shop whose zone and currency are known: the import learns them first of all. */
export type DescribedShop = ShopRow & { timeZone: string; currency: string };

/** @throws Error when the shop was never described */
export function described(shop: ShopRow): DescribedShop {
  const { timeZone, currency } = shop;
  if (timeZone === null || currency === null) throw new Error('the shop was never described');
  return { ...shop, timeZone, currency };
}

/** The stored orders of some customers, or of everyone (null), folded into a row per customer by the shop's rules. */
export async function foldOrders(
  client: Parameters<typeof readOrdersForScoring>[0],
  { id: shopId, timeZone, currency }: DescribedShop,
  settings: Settings,
  asOf: Day,
  customers: readonly number[] | null,
): Promise<CustomerStats> {
  const { windowDays, countTest, countCancelled, countUnpaid, countZero } = settings;
  const rules = { countTest, countCancelled, countUnpaid, countZero };
  const fold = createStats({ asOf, windowDays, currency, rules, dayOf: zoneDays(timeZone) });
  const refundsAfter = startOfDay(asOf + 1, timeZone);
  await step('score.read-orders', () =>
    readOrdersForScoring(client, shopId, customers, refundsAfter, fold.add),
  );
  return fold.finish();
}
