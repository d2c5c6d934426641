import { z } from 'zod';
import { sqlInShop } from '#app/db.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import {
  createWriteRun,
  latestWriteRun,
  updateWriteRun,
  type StoredPlan,
} from '#app/models/write-runs.server.ts';
import { planWrites } from '#app/models/writes.server.ts';
import { nextPlanRange, readPlanRows } from '#app/models/written.server.ts';
import { chooseTransport, createPlanTotals } from '#app/rfm/write-cost.ts';
import { desired, planCustomer, type PlannedWrite } from '#app/rfm/write-plan.ts';
import type { AdminClient } from '#app/shopify/admin.server.ts';
import { alone } from './alone.server.ts';
import { defineJob, shopPayload } from './job.server.ts';
import { enqueue } from './queue.server.ts';
import { step } from './step.server.ts';
import { writeBack } from './write-back.server.ts';

/** Customers planned at a time. */
const CUSTOMERS_AT_ONCE = 5_000;
/** Seconds until an unfinished write-back is looked at again before the next one is planned. */
const UNFINISHED_SECONDS = 15;

/**
 * Plans what differs between what customers carry and what they should, journals it, and starts sending.
 * Nothing is planned unless the merchant switched writing on, or asked with `cleanUp` to remove everything.
 */
export const planWriteBack = defineJob({
  name: 'plan-write-back',
  payload: shopPayload.extend({ cleanUp: z.boolean().optional() }),
  attempts: 5,
  run: ({ shopId, generation, cleanUp = false }, { admin }) =>
    alone(shopId, 'write-back', async () => {
      const settings = await step('plan.settings', () => readSettings(shopId));
      if (!cleanUp && settings.writeBack !== 'on') return;
      const earlier = await step('plan.earlier', () => latestWriteRun(shopId));
      if (earlier?.state === 'sending') {
        await step('plan.go-on', () => enqueue(writeBack, { shopId, generation }));
        return { againInSeconds: UNFINISHED_SECONDS };
      }
      // A planned run is one whose planning was killed: nothing of it was sent.
      if (earlier?.state === 'planned') {
        await step('plan.drop', () => updateWriteRun(shopId, earlier.id, { state: 'stopped' }));
      }
      const plan = await step('plan.preview', () => countPlan(shopId, settings.tagPrefix, cleanUp, admin));
      if (plan.customers === 0) return;
      const run = await step('plan.begin', () => createWriteRun(shopId, generation, plan));
      await step('plan.journal', () =>
        walkPlan(shopId, settings.tagPrefix, cleanUp, (client, rows) =>
          planWrites(client, shopId, run.id, rows),
        ),
      );
      await step('plan.ready', () => updateWriteRun(shopId, run.id, { state: 'sending' }));
      await step('plan.send', () => enqueue(writeBack, { shopId, generation }));
    }),
});

/** What writing now would send, for the question on Home: nothing is stored or sent. */
export async function previewWriteBack(shopId: number, admin: AdminClient): Promise<StoredPlan> {
  const { tagPrefix } = await readSettings(shopId);
  return countPlan(shopId, tagPrefix, false, admin);
}

async function countPlan(
  shopId: number,
  prefix: string,
  cleanUp: boolean,
  admin: AdminClient,
): Promise<StoredPlan> {
  const totals = createPlanTotals();
  await walkPlan(shopId, prefix, cleanUp, async () => {}, totals.add);
  const sums = totals.finish();
  const { restoreRate, currentlyAvailable } = admin.throttle();
  const transport = chooseTransport(sums.calls, { restoreRate, available: currentlyAvailable });
  return { ...sums, seconds: transport.seconds, transport, cleanUp, problem: null };
}

type Client = Parameters<typeof readPlanRows>[0];
type Row = PlannedWrite & { customerId: number };

/** Walks through every customer once, in one transaction, handing the planned rows on in portions. */
async function walkPlan(
  shopId: number,
  prefix: string,
  cleanUp: boolean,
  keep: (client: Client, rows: Row[]) => Promise<void>,
  count: (writes: readonly PlannedWrite[]) => void = () => {},
): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    for (let after = 0; after < Number.MAX_SAFE_INTEGER;) {
      const range = await nextPlanRange(client, shopId, after, CUSTOMERS_AT_ONCE);
      const rows: Row[] = [];
      await readPlanRows(client, shopId, range, ({ customerId, scored, written, tags }) => {
        const writes = planCustomer(desired(cleanUp ? null : scored, prefix), written, tags, prefix);
        count(writes);
        for (const write of writes) rows.push({ customerId, ...write });
      });
      await keep(client, rows);
      after = range.upTo;
    }
  });
}
