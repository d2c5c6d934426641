import { hasCompanyBuyers, keepCompanyBuyers, readCompanyOrders } from '#app/models/company-buyers.server.ts';
import type { Settings } from '#app/models/settings.server.ts';
import { startOfDay, zoneDays, type Day } from '#app/rfm/calendar.ts';
import { foldPopulations } from '#app/rfm/population.ts';
import type { DescribedShop } from './stats-fold.ts';

type Client = Parameters<typeof readCompanyOrders>[0];

/**
 * Stores anew who buys for a company, by the orders that count. Where nobody ever did it costs one look.
 * @param customers of whom, null = everyone
 */
export async function countPopulations(
  client: Client,
  { id: shopId, timeZone, currency }: DescribedShop,
  settings: Settings,
  asOf: Day,
  customers: readonly number[] | null,
): Promise<void> {
  if (!(await hasCompanyBuyers(client, shopId))) return;
  const { windowDays } = settings;
  const fold = foldPopulations({
    asOf,
    windowDays,
    currency,
    rules: settings,
    dayOf: zoneDays(timeZone),
  });
  await readCompanyOrders(client, shopId, customers, startOfDay(asOf + 1, timeZone), fold.add);
  await keepCompanyBuyers(client, shopId, customers, fold.finish());
}
