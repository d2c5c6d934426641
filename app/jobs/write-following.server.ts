import { sqlInShop } from '#app/db.server.ts';
import { contested, journalSent, openFollowing, withoutTags } from '#app/models/following-writes.server.ts';
import { followingPrefix, heldPrefix, stopFollowing } from '#app/models/following-wish.server.ts';
import { addPending, takePending } from '#app/models/pending.server.ts';
import { settleWrites } from '#app/models/settle-writes.server.ts';
import { readStanding } from '#app/models/standing.server.ts';
import { unsettledWrites } from '#app/models/unsettled-writes.server.ts';
import { heldAmong } from '#app/models/write-holds.server.ts';
import { isOpen, type StoredPlan } from '#app/models/write-runs.server.ts';
import type { JournalRow } from '#app/models/writes.server.ts';
import { readPlanRows } from '#app/models/written.server.ts';
import type { ScoreRun } from '#app/models/scores.server.ts';
import { schemeOf } from '#app/rfm/schemes.ts';
import { CHANNELS, createPlanTotals, STAGES, type Channel } from '#app/rfm/write-cost.ts';
import {
  desired,
  ourTags,
  planCustomer,
  withBefore,
  type NotedWrite,
  type PlannedWrite,
} from '#app/rfm/write-plan.ts';
import { AccessDenied } from '#app/shopify/errors.ts';
import { alone } from './alone.server.ts';
import { inBounds } from './in-bounds.server.ts';
import { defineJob, shopPayload, type JobContext, type JobOutcome } from './job.server.ts';
import { packed } from './journal-packs.ts';
import { planWriteBack } from './plan-write-back.server.ts';
import { enqueue } from './queue.server.ts';
import { sendCall, type Sent } from './send-call.server.ts';
import { sendAll } from './send-direct.server.ts';
import { step } from './step.server.ts';
import { writeBack } from './write-back.server.ts';
import { failedLately } from './write-failures.ts';

/** Customers journaled and written at a time. */
const AT_ONCE = 200;
/** From so many on a whole plan is made, which may take a bulk operation. */
const MANY = 2_000;
/** Seconds until a write-back that looks at everyone is over, perhaps. */
const FULL_SECONDS = 15;

/**
 * Writes the customers whose scores changed since everyone was written. Nothing else is looked at, so it costs what
 * changed. While a whole write-back runs it waits, since that one may still send what was planned before the change.
 */
export const writeFollowing = defineJob({
  name: 'write-following',
  payload: shopPayload,
  attempts: 5,
  run: (_, context) => writeChangesNow(context),
});

/** One turn of the job. */
function writeChangesNow(context: JobContext): Promise<JobOutcome> {
  const { id: shopId, generation } = context.shop;
  return alone(shopId, 'write-back', async () => {
    const standing = await step('follow.standing', () => readStanding(shopId, generation));
    const { at, run, settings, writing: last } = standing;
    const { writeBack: wish, plannedRunId } = settings;
    // Until everyone was planned once, following would write before the merchant's own first write-back.
    if (wish !== 'on' || run === null || plannedRunId !== run.id) return undefined;
    if (last !== null && isOpen(last)) {
      if (last.kind !== 'following') return { againInSeconds: FULL_SECONDS };
      await step('follow.go-on', () => enqueue(writeBack, { shopId, generation }));
      return { againInSeconds: 1 };
    }
    // Who waits goes on waiting: a try would end as that one did, and put off the next.
    if (last !== null && failedLately(last, at)) return 'nothing';
    if (standing.unwritten > MANY) {
      await step('follow.plan-all', () => enqueue(planWriteBack, { shopId, generation }));
      return undefined;
    }
    try {
      return await inBounds(context.signal, async () => ((await writeSome(context, run)) ? 0 : null));
    } catch (error) {
      if (!(error instanceof AccessDenied)) throw error;
      // Only writing waits for the scope: the write-back that is open says so.
      await step('follow.denied', () => enqueue(writeBack, { shopId, generation }));
      return undefined;
    }
  });
}

/** The scores to write: the day they are as of, and what names their segments. */
type ScoredBy = Pick<ScoreRun, 'asOf' | 'scheme'>;

/** Journals and sends what the next customers need. False when these were all. */
async function writeSome(context: JobContext, run: ScoredBy): Promise<boolean> {
  const { shop, admin } = context;
  const planned = await step('follow.plan', () => journalNext(context, run));
  if (planned === null) return false;
  const { runId, rows, prefix, more } = planned;
  if (rows.length === 0) return more;
  const spentBefore = admin.pointsSpent();
  const all: Sent = { done: [], failed: [] };
  let ended = false;
  try {
    for (const stage of STAGES) {
      const packs = new Map<JournalRow[], Channel>();
      for (const channel of stage) {
        const ofChannel = rows.filter(({ kind }) => channelOf(kind) === channel);
        for (const pack of packed(ofChannel, channel)) packs.set(pack, channel);
      }
      if (packs.size === 0) continue;
      // Calls take their time, and the merchant may have said no meanwhile.
      if ((await step('follow.wish', () => followingPrefix(shop))) !== prefix) {
        await step('follow.stop', () => stopFollowing(shop.id, runId));
        await step('follow.stopped', () =>
          enqueue(writeBack, { shopId: shop.id, generation: shop.generation }),
        );
        return false;
      }
      await sendAll([...packs.keys()], async (pack) => {
        const sent = await step('follow.send', () => sendCall(admin, packs.get(pack) as Channel, pack));
        all.done.push(...sent.done);
        all.failed.push(...sent.failed);
      });
    }
    ended = true;
  } finally {
    // What arrived is noted even when a later call ended in an outage; the rest is sent again by write-back.
    const points = admin.pointsSpent() - spentBefore;
    await step('follow.settle', () => settleWrites(shop.id, runId, { ...all, points, ended }));
  }
  return more;
}

/** Plans the next customers and journals it, in one transaction; null when nobody waits or it is not wished. */
async function journalNext(
  { shop, admin }: JobContext,
  { asOf, scheme }: ScoredBy,
): Promise<{ runId: number; rows: JournalRow[]; prefix: string; more: boolean } | null> {
  return sqlInShop(shop.id, async (client) => {
    const prefix = await heldPrefix(client, shop);
    if (prefix === null) return null;
    const ours = ourTags(prefix, schemeOf(scheme));
    const customers = await takePending(client, shop.id, 'write', AT_ONCE, asOf);
    if (customers.length === 0) return null;
    const more = customers.length === AT_ONCE;
    const unsettled = await unsettledWrites(client, shop.id, customers);
    const left = await contested(client, shop.id, customers);
    const held = await heldAmong(client, shop.id, customers);
    await addPending(client, shop.id, 'write', [...left], asOf + 1);
    const totals = createPlanTotals();
    const rows: (NotedWrite & { customerId: number })[] = [];
    await readPlanRows(client, shop.id, customers, ({ customerId, scored, written, tags }) => {
      if (held.has(customerId)) return;
      const maybe = unsettled.get(customerId);
      const all = planCustomer(desired(scored, ours), written, tags, ours, maybe);
      const writes = left.has(customerId) ? withoutTags(all) : all;
      totals.add(writes);
      for (const write of withBefore(writes, written, maybe)) rows.push({ customerId, ...write });
    });
    if (rows.length === 0) return { runId: 0, rows: [], prefix, more };
    const sums = totals.finish();
    const plan: StoredPlan = {
      ...sums,
      seconds: sums.points / admin.throttle().restoreRate,
      transport: { seconds: 0, direct: [...CHANNELS], bulk: {} },
      cleanUp: false,
      problem: null,
    };
    const runId = await openFollowing(client, shop.id, shop.generation, plan);
    return { runId, rows: await journalSent(client, shop.id, runId, rows), prefix, more };
  });
}

function channelOf(kind: PlannedWrite['kind']): Channel {
  if (kind === 'tag-add') return 'tags-add';
  if (kind === 'tag-remove') return 'tags-remove';
  return kind.endsWith('-set') ? 'metafields-set' : 'metafields-delete';
}
