import { today } from '#app/clock.server.ts';
import { directory } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { enqueue, enqueueUnlessQueued } from './queue.server.ts';
import { removeOldData } from './remove-old.server.ts';
import { runCampaigns } from './run-campaigns.server.ts';
import { runHere } from './run-here.server.ts';
import { step } from './step.server.ts';
import { watchShop } from './watch-shop.server.ts';

/** A shop is looked after at its midnight, when this process starts, and after so many milliseconds. */
const LONGEST_UNWATCHED = 5 * 60_000;

const watched = new Map<number, { generation: number; day: Day | null; at: number }>();

/**
 * Queues a look after every open shop whose calendar day changed or that nobody looked after for five minutes, what is
 * due for campaigns, and the removal of what every shop, open or not, kept for long enough.
 * Several workers may ask: the look itself decides from what is stored, so asking twice does nothing.
 */
export async function askAfterShops(): Promise<void> {
  const days = new Map<string, Day>();
  const dayIn = (timeZone: string): Day => {
    const day = days.get(timeZone) ?? today(timeZone);
    days.set(timeZone, day);
    return day;
  };
  for (const shop of await step('watch.open-shops', () => directory.openShops())) {
    const day = shop.timeZone === null ? null : dayIn(shop.timeZone);
    const last = watched.get(shop.id);
    const at = performance.now();
    const fresh = last?.generation === shop.generation && last.day === day;
    if (last !== undefined && fresh && at - last.at < LONGEST_UNWATCHED) continue;
    await enqueue(watchShop, { shopId: shop.id, generation: shop.generation });
    watched.set(shop.id, { generation: shop.generation, day, at });
  }
  for (const { id, generation } of await step('watch.shops-with-campaigns', () =>
    directory.shopsWithCampaigns(),
  )) {
    await runHere(runCampaigns, { shopId: id, generation });
  }
  for (const { id, generation } of await step('watch.untidy-shops', () => directory.untidyShops())) {
    await enqueueUnlessQueued(removeOldData, { shopId: id, generation });
  }
}
