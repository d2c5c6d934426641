import type { ShopRow } from '#app/db.server.ts';
import { countCycleStates } from '#app/models/cycle-counts.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { chosenCycle, readSettings } from '#app/models/settings.server.ts';
import {
  boughtAgain,
  cycleDays,
  cycleInForce,
  daysOfState,
  earlyAtRisk,
  suggestCycle,
} from '#app/rfm/purchase-cycle.ts';
import { schemeOf } from '#app/rfm/schemes.ts';

/** Everything the purchase cycle page shows; null before the first scores. */
export async function readCycle(shop: ShopRow) {
  const [run, settings] = await Promise.all([latestRun(shop.id), readSettings(shop.id)]);
  if (run === null) return null;
  const { asOf, ranOn, summary, cutPoints, orderCounts, scheme } = run;
  const suggested = suggestCycle(summary.gaps);
  const cycle = cycleInForce(chosenCycle(settings), suggested);
  const days = cycle && cycleDays(cycle, asOf);
  const counts = days && (await countCycleStates(shop.id, days));
  return {
    asOf,
    ranOn,
    read: orderCounts.read,
    oneTime: summary.oneTime,
    version: settings.version,
    suggested,
    cycle,
    states:
      days &&
      counts?.map((count) => ({
        ...count,
        // Whoever ordered last on which days; null when nobody can be in the state.
        days: count.state === 'no-order' ? null : daysOfState(count.state, days),
      })),
    again: counts && boughtAgain(counts),
    early: cycle && earlyAtRisk(schemeOf(scheme), cutPoints, cycle, asOf),
  };
}
