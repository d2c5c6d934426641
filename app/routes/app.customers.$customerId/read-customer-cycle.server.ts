import type { CustomerCycle } from '#app/components/cycle-card.tsx';
import type { ShopRow } from '#app/db.server.ts';
import { customerDues } from '#app/models/customer-dues.server.ts';
import type { CustomerScore } from '#app/models/customer-standing.server.ts';
import type { ScoreRun } from '#app/models/scores.server.ts';
import { chosenCycle, type Settings } from '#app/models/settings.server.ts';
import { shopGapAfter } from '#app/rfm/due-date.ts';
import { cycleDays, cycleInForce, cycleState, suggestCycle } from '#app/rfm/purchase-cycle.ts';

/** Where a customer is in the purchase cycle; null without an order that counts. */
export async function readCustomerCycle(
  shop: ShopRow,
  run: ScoreRun,
  settings: Settings,
  score: CustomerScore,
): Promise<CustomerCycle | null> {
  const { customerId, lastOrderDay } = score;
  if (lastOrderDay === null) return null;
  const { asOf } = run;
  const suggested = suggestCycle(run.summary.gaps);
  const cycle = cycleInForce(chosenCycle(settings), suggested);
  const dues = await customerDues(shop, run, settings, { suggested, cycle }, [score]);
  const { own = null, due = null } = dues.get(customerId) ?? {};
  const shopGap = shopGapAfter(lastOrderDay, suggested, cycle);
  return {
    asOf,
    lastOrderDay,
    standing: cycle && { cycle, state: cycleState(lastOrderDay, cycleDays(cycle, asOf)) },
    own,
    due: due === null || shopGap === null ? null : { ...due, shopGap, measured: suggested.kind === 'days' },
  };
}
