import { today } from '#app/clock.server.ts';
import { databaseNow, type ShopRow } from '#app/db.server.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { simulate } from '#app/jobs/simulate.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { askSimulation } from '#app/models/simulations.server.ts';
import { useUp } from '#app/rate-limit.server.ts';
import { parseDay, type Day } from '#app/rfm/calendar.ts';

export type PastAnswer = { result: 'simulating'; number: number } | { result: 'invalid' | 'too-often' };

/** The last day that can be asked for: the one before today; null before the first scores. */
export async function readPast(shop: ShopRow): Promise<{ last: Day | null }> {
  const run = await latestRun(shop.id);
  if (run === null || shop.timeZone === null) return { last: null };
  return { last: today(shop.timeZone, await databaseNow()) - 1 };
}

/** Asks for the scores of the day that was sent. */
export async function askPast(shop: ShopRow, sent: FormData): Promise<PastAnswer> {
  const { last } = await readPast(shop);
  const day = dayOf(sent.get('day'));
  if (last === null || day === null || day > last) return { result: 'invalid' };
  if (useUp('preview', shop.id) > 0) return { result: 'too-often' };
  const { version } = await readSettings(shop.id);
  const number = await askSimulation(shop.id, { version, wish: {}, asOf: day });
  await enqueue(simulate, { shopId: shop.id, generation: shop.generation });
  return { result: 'simulating', number };
}

/** Shopify began in 2006: nothing is older. */
const FIRST_DAY = parseDay('2006-01-01');

function dayOf(date: unknown): Day | null {
  try {
    const day = typeof date === 'string' ? parseDay(date) : null;
    return day !== null && day >= FIRST_DAY ? day : null;
  } catch {
    return null;
  }
}
