import { sqlInShop } from '#app/db.server.ts';
import { addPending } from '#app/models/pending.server.ts';
import { customersLastSeen, customersWithOrders, holdRun, moveRun } from '#app/models/score-turns.server.ts';
import type { ScoreRun } from '#app/models/scores.server.ts';
import type { Settings } from '#app/models/settings.server.ts';
import { startOfDay, type Day } from '#app/rfm/calendar.ts';
import { cutPointsOf, scoredApart } from '#app/rfm/apart.ts';
import { movedSummary } from '#app/rfm/moved-summary.ts';
import { recencyCrossings } from '#app/rfm/recency-crossings.ts';
import type { DescribedShop } from './stats-fold.ts';
import { step } from './step.server.ts';

/**
 * Moves the scores on to a later day: whoever crosses a recency cut point meanwhile is noted for scoring, and so is,
 * where only a window of days counts, whoever has an order that leaves it. Nobody else differs on the later day, but
 * for those whose orders or refunds lie in it, who are noted with that day already.
 */
export async function passMidnight(
  shop: DescribedShop,
  settings: Settings,
  run: ScoreRun,
  asOf: Day,
): Promise<ScoreRun> {
  const shopId = shop.id;
  return sqlInShop(shopId, async (client) => {
    const crossing = await step('midnight.crossing', () => crossingCustomers(client, shopId, run, asOf));
    await step('midnight.note', () => addPending(client, shopId, 'score', crossing));
    if (settings.windowDays !== null) {
      const left = (day: Day): number => startOfDay(day - (settings.windowDays ?? 0) + 1, shop.timeZone);
      const leaving = await step('midnight.leaving', () =>
        customersWithOrders(client, shopId, left(run.asOf), left(asOf)),
      );
      await step('midnight.note-leaving', () => addPending(client, shopId, 'score', leaving));
    }
    const held = await step('midnight.hold-run', () => holdRun(client, shopId));
    const summary = movedSummary(held?.summary ?? run.summary, [], asOf, run.asOf);
    await step('midnight.move', () => moveRun(client, shopId, run.id, { asOf, summary }));
    return { ...run, asOf };
  });
}

/** Who crosses a recency cut point of the population they are scored among. */
async function crossingCustomers(
  client: Parameters<typeof customersLastSeen>[0],
  shopId: number,
  { cutPoints, asOf: asOfBefore }: ScoreRun,
  asOf: Day,
): Promise<number[]> {
  const apart = scoredApart(cutPoints);
  const daysOf = (population?: (typeof apart)[number]) =>
    recencyCrossings(cutPointsOf(cutPoints, population).r, asOfBefore, asOf);
  const found = await customersLastSeen(client, shopId, daysOf(), { without: apart });
  for (const only of apart) {
    found.push(...(await customersLastSeen(client, shopId, daysOf(only), { only })));
  }
  return found;
}
