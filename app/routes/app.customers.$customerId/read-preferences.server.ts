import type { CustomerPreferences } from '#app/components/preferences-card.tsx';
import type { ShopRow } from '#app/db.server.ts';
import { trafficSources } from '#app/models/bought.server.ts';
import { readPurchases } from '#app/models/purchases.server.ts';
import type { ScoreRun } from '#app/models/scores.server.ts';
import type { Settings } from '#app/models/settings.server.ts';
import { preferences } from '#app/rfm/preferences.ts';
import { leftOutOf } from './read-timeline.server.ts';

/** Orders that are looked at: whoever has more of them shows the same taste in these. */
const NEWEST = 100;

/** What a customer prefers, from the orders that count and whose contents are known, and what brought their visits. */
export async function readPreferences(
  shop: ShopRow,
  run: ScoreRun,
  settings: Settings,
  customerId: number,
): Promise<CustomerPreferences> {
  const [orders, sources] = await Promise.all([
    readPurchases(shop.id, customerId, NEWEST),
    trafficSources(shop.id, customerId),
  ]);
  const counted = orders.filter((order) => leftOutOf(order, shop, run, settings) === null);
  const companies = counted.filter(({ company }) => company).length;
  return { ...preferences(counted), ...sources, companies, newest: orders.length === NEWEST ? NEWEST : null };
}
