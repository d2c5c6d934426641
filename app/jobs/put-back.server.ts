import { sqlInShop } from '#app/db.server.ts';
import { readUndoRows } from '#app/models/undo.server.ts';
import { carryPutBack, endAsked, nextPutBack } from '#app/models/write-holds.server.ts';
import {
  createWriteRun,
  isOpen,
  latestWriteRun,
  updateWriteRun,
  type StoredPlan,
} from '#app/models/write-runs.server.ts';
import { planWrites, type NewRow } from '#app/models/writes.server.ts';
import { planUndo, type UndonePlan } from '#app/rfm/undo-plan.ts';
import { createPlanTotals } from '#app/rfm/write-cost.ts';
import type { AdminClient } from '#app/shopify/admin.server.ts';
import { alone } from './alone.server.ts';
import { defineJob, shopPayload } from './job.server.ts';
import { undoPlanOf } from './plan-undo.server.ts';
import { enqueue } from './queue.server.ts';
import { step } from './step.server.ts';
import { writeBack } from './write-back.server.ts';

/** Seconds until a write-back that is under way is looked at again, and the next customer. */
const NEXT_SECONDS = 5;

type Client = Parameters<typeof readUndoRows>[0];

/**
 * Puts back what was on one customer before a write-back, as the undo of a write-back does for everyone: journaled,
 * thing by thing, and only what is still as we left it. One customer is one write-back.
 */
export const putBack = defineJob({
  name: 'put-back',
  payload: shopPayload,
  attempts: 5,
  run: ({ shopId, generation }, { admin }) =>
    alone(shopId, 'write-back', async () => {
      const asked = await step('put-back.asked', () => nextPutBack(shopId));
      if (asked === null) return 'nothing';
      const last = await step('put-back.last', () => latestWriteRun(shopId));
      // A planned run is one whose planning was killed: nothing of it was sent.
      if (last?.state === 'planned') {
        await step('put-back.drop', () => updateWriteRun(shopId, last.id, { state: 'stopped' }));
      } else if (last !== null && isOpen(last)) {
        await step('put-back.go-on', () => enqueue(writeBack, { shopId, generation }));
        return { againInSeconds: NEXT_SECONDS };
      }
      const { customerId, backTo } = asked;
      const empty = planOf({ writes: [], kept: 0, known: true }, backTo, admin);
      const run = await step('put-back.begin', () => createWriteRun(shopId, generation, empty, 'put-back'));
      const plan = await step('put-back.journal', () =>
        sqlInShop(shopId, async (client) => {
          const planned = await planOne(client, shopId, customerId, backTo);
          const rows: NewRow[] = planned.writes.map((write) => ({ customerId, ...write }));
          await planWrites(client, shopId, run.id, rows);
          await carryPutBack(client, shopId, customerId, run.id);
          return planOf(planned, backTo, admin);
        }),
      );
      await step('put-back.ready', () => updateWriteRun(shopId, run.id, { state: 'sending', plan }));
      await step('put-back.send', () => enqueue(writeBack, { shopId, generation }));
      return { againInSeconds: NEXT_SECONDS };
    }),
  gaveUp: ({ shopId }) => endAsked(shopId),
});

/** What putting a customer back would do now; stores and sends nothing. */
export function countPutBack(shopId: number, customerId: number, backTo: number): Promise<UndonePlan> {
  return sqlInShop(shopId, (client) => planOne(client, shopId, customerId, backTo));
}

async function planOne(
  client: Client,
  shopId: number,
  customerId: number,
  backTo: number,
): Promise<UndonePlan> {
  const [row] = await readUndoRows(client, shopId, backTo, [customerId]);
  if (row === undefined) return { writes: [], kept: 0, known: true };
  return planUndo(row.lines, row.written, row.tags);
}

function planOf({ writes, kept, known }: UndonePlan, runId: number, admin: AdminClient): StoredPlan {
  const totals = createPlanTotals();
  totals.add(writes);
  const lookedAt = writes.some(({ kind }) => !kind.startsWith('tag-')) ? 1 : 0;
  return undoPlanOf(runId, admin, totals.finish(), { lookedAt, kept, unknown: known ? 0 : 1 });
}
