import { afterAll, describe, expect, it } from 'vitest';
import { closeQueue } from '#app/jobs/queue.server.ts';
import { countCycleStates } from '#app/models/cycle-counts.server.ts';
import { groupMembers } from '#app/models/members.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { CYCLE_STATES, cycleDays, daysOfState, type Cycle } from '#app/rfm/purchase-cycle.ts';
import { oracleShopGaps, oracleState } from '#tests/rfm/cycle-oracle.ts';
import { testDatabase } from '#tests/support/database.ts';
import { expectedDays } from './expected.ts';
import { installed, runPipeline, smallShop } from './pipeline.ts';

testDatabase();
afterAll(() => closeQueue(1));

const CYCLES: Cycle[] = [
  { length: 30, unit: 'days' },
  { length: 91, unit: 'days' },
  { length: 1, unit: 'months' },
  { length: 5, unit: 'months' },
  { length: 12, unit: 'months' },
];

describe('given a generated shop whose history was imported and scored', () => {
  it.each(['Europe/Berlin', 'Pacific/Auckland'])(
    'when it lies in %s, then its gaps, and who is in which state with what money, are what a slow computation over all orders says',
    async (timeZone) => {
      const pipeline = await installed(smallShop({ customers: 200, timeZone }));
      const { fake, shop } = pipeline;
      await runPipeline(pipeline);
      const run = await latestRun(shop.id);
      const asOf = run!.asOf;
      const customers = expectedDays(fake, asOf);
      const days = new Map([...customers].map(([id, customer]) => [id, customer.days]));
      expect(run!.summary.gaps).toEqual(oracleShopGaps(days, asOf));
      for (const cycle of CYCLES) {
        const begins = cycleDays(cycle, asOf);
        const counts = await countCycleStates(shop.id, begins);
        for (const { state, customers: counted, repeat, monetary } of counts) {
          if (state === 'no-order') continue;
          const those = [...customers].filter(
            ([, each]) => oracleState(Math.max(...each.days), cycle, asOf) === state,
          );
          expect({ cycle, state, counted, repeat, monetary }).toEqual({
            cycle,
            state,
            counted: those.length,
            repeat: those.filter(([, each]) => each.days.length > 1).length,
            monetary: those.reduce((sum, [, each]) => sum + each.monetary, 0),
          });
          const range = daysOfState(state, begins);
          const { members } =
            range === null
              ? { members: [] }
              : await groupMembers(shop.id, { kind: 'last-order', ...range }, 'monetary', null, 500);
          expect(new Set(members.map(({ customerId }) => customerId))).toEqual(
            new Set(those.map(([id]) => id)),
          );
        }
        expect(counts.map(({ state }) => state)).toEqual([...CYCLE_STATES]);
      }
      const uncounted = await groupMembers(shop.id, { kind: 'no-order' }, 'monetary', null, 500);
      expect(uncounted.members.filter(({ customerId }) => customers.has(customerId))).toEqual([]);
      await pipeline.close();
    },
  );
});
