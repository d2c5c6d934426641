import { populationsKnown, readPurchased, storedPopulations } from '#app/models/populations.server.ts';
import type { Settings } from '#app/models/settings.server.ts';
import { startOfDay, zoneDays, type Day } from '#app/rfm/calendar.ts';
import { foldPopulations, type Members } from '#app/rfm/population.ts';
import type { DescribedShop } from './stats-fold.ts';

type Client = Parameters<typeof readPurchased>[0];

/** Who is of another population than the main one: as stored, and by the orders there are now. */
export type Populations = { before: Members; now: Members };

const NOBODY: Members = new Map();

/**
 * Finds who is of another population than the main one, by the orders that count. In a shop where nobody ever bought for
 * a company, and which does not tell the till apart, it costs one look.
 * @param customers of whom, null = everyone
 */
export async function findPopulations(
  client: Client,
  { id: shopId, timeZone, currency }: DescribedShop,
  settings: Settings,
  asOf: Day,
  customers: readonly number[] | null,
): Promise<Populations> {
  const { windowDays, tillApart } = settings;
  const known = await populationsKnown(client, shopId);
  const before = known.members ? await storedPopulations(client, shopId, customers) : NOBODY;
  if (!known.companies && !tillApart) return { before, now: NOBODY };
  const fold = foldPopulations({
    asOf,
    windowDays,
    currency,
    rules: settings,
    dayOf: zoneDays(timeZone),
  });
  const buyers = { customers, companiesOnly: !tillApart };
  await readPurchased(client, shopId, buyers, startOfDay(asOf + 1, timeZone), fold.add);
  const now = fold.finish();
  // Who buys at the till is stored while that is asked for only.
  if (!tillApart) for (const [id, population] of now) if (population === 'pos') now.delete(id);
  return { before, now };
}
