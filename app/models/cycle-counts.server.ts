import { sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { CYCLE_STATES, cycleState, type CycleDays, type StateCount } from '#app/rfm/purchase-cycle.ts';

/**
 * How many customers are in each state of the purchase cycle and what they spent, in the order of the states, empty
 * ones included: as of the day the scores are. The database counts by day of the last order, so that states are told
 * apart in one place only; it takes as long as counting the cells of the grid.
 */
export async function countCycleStates(shopId: number, days: CycleDays): Promise<StateCount[]> {
  const byDay = await sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<Omit<StateCount, 'state'> & { day: Day | null }>(
      `select last_order_day as day, count(*) as customers, count(*) filter (where frequency > 1) as repeat,
         sum(monetary)::float8 as monetary
       from scores where shop_id = $1 group by last_order_day`,
      [shopId],
    );
    return rows;
  });
  return CYCLE_STATES.map((state) => {
    const sum = { state, customers: 0, repeat: 0, monetary: 0 };
    for (const { day, customers, repeat, monetary } of byDay) {
      if (cycleState(day, days) !== state) continue;
      sum.customers += customers;
      sum.repeat += repeat;
      sum.monetary += monetary;
    }
    return sum;
  });
}
