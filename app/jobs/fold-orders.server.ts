import { loadedOrders, readOrdersForScoring } from '#app/models/orders.server.ts';
import type { Settings } from '#app/models/settings.server.ts';
import { startOfDay, type Day } from '#app/rfm/calendar.ts';
import type { CustomerStats } from '#app/rfm/customer-stats.ts';
import { takeFold } from './load-fold.server.ts';
import { statsFold, type DescribedShop } from './stats-fold.ts';
import { step } from './step.server.ts';

type Client = Parameters<typeof readOrdersForScoring>[0];

/** The stored orders of some customers, or of everyone (null), folded into a row per customer by the shop's rules. */
export async function foldOrders(
  client: Client,
  shop: DescribedShop,
  settings: Settings,
  asOf: Day,
  customers: readonly number[] | null,
): Promise<CustomerStats> {
  const refundsAfter = startOfDay(asOf + 1, shop.timeZone);
  if (customers === null) {
    const loaded = await statsOfLoad(client, shop, settings, asOf, refundsAfter);
    if (loaded !== null) return loaded;
  }
  const fold = statsFold(shop, settings, asOf);
  await step('score.read-orders', () =>
    readOrdersForScoring(client, shop.id, customers, refundsAfter, fold.add),
  );
  return fold.finish();
}

/** What the import folded while it loaded, if the stored orders are still those. */
async function statsOfLoad(
  client: Client,
  shop: DescribedShop,
  settings: Settings,
  asOf: Day,
  refundsAfter: number,
): Promise<CustomerStats | null> {
  const fold = takeFold(shop, settings, asOf);
  if (fold === null) return null;
  const stored = await step('score.compare-loaded', () => loadedOrders(client, shop.id, refundsAfter));
  return stored === null ? null : fold.statsOf(stored);
}
