import { sqlInShop } from '#app/db.server.ts';
import { noteChangedCustomers, type ToldCustomers } from '#app/models/changed-customers.server.ts';
import { noteDiscountNews } from '#app/models/discount-news.server.ts';
import { hasEnded } from '#app/models/imports.server.ts';
import { markHandled, waitingWebhooks, type WaitingWebhook } from '#app/models/inbox.server.ts';
import { standingOf, type Standing } from '#app/models/standing.server.ts';
import { AccessDenied } from '#app/shopify/errors.ts';
import { gid } from '#app/shopify/gid.ts';
import type { WebhookDetail } from '#app/shopify/webhook-payloads.ts';
import { alone } from './alone.server.ts';
import { applyBearing } from './bear-faults.server.ts';
import { applyChangedOrders } from './apply-orders.server.ts';
import { answerUrgent, URGENT, waitingUrgent } from './answer-urgent.server.ts';
import { mergeInto } from './forget-customers.server.ts';
import { forgetGone } from './forget-gone.server.ts';
import { importShop } from './import-shop.server.ts';
import { defineJob, shopPayload, type JobContext, type JobOutcome } from './job.server.ts';
import { issueCodes } from './issue-codes.server.ts';
import { learnShop } from './learn-shop.server.ts';
import { enqueue } from './queue.server.ts';
import { readLater } from './read-pending.server.ts';
import { runHere } from './run-here.server.ts';
import { scoreCustomers, scoreNow } from './score-customers.server.ts';
import { step } from './step.server.ts';
import { writeBack } from './write-back.server.ts';

type Client = Parameters<typeof markHandled>[0];

/** Webhooks taken in one run. */
const AT_ONCE = 500;
/** Topics that wait for an import to end: its files may be older, and bring back what was removed. */
const REMOVING = ['orders/delete', 'customers/delete', 'customers/merge'];
/** Seconds until what has to wait for something else is tried again. */
const LATER_SECONDS = 2;

/**
 * Handles the webhooks that wait in a shop's inbox. A webhook only says what changed: the thing itself is read from
 * Shopify and stored by its version, so that it does not matter how often, how late or in which order webhooks come.
 * What the law asks for, and the uninstall, is handled for shops that are parked or removed the app, too.
 */
export const applyInbox = defineJob({
  name: 'apply-inbox',
  payload: shopPayload,
  attempts: 5,
  closedShops: true,
  run: ({ shopId }, context) =>
    alone(shopId, 'inbox', async () => {
      const { urgent, standing, rest } = await step('inbox.look', () => look(context.shop));
      const answered = await answerUrgent(context, urgent);
      if (answered === 'shop-erased') return undefined;
      // The shop may have been removed by what was urgent, or a customer that the rest is about: it is for a run that
      // knows.
      if (answered === 'done' && urgent.length > 0) return { againInSeconds: 0 };
      const outcome = standing === null ? undefined : await applyRest(context, standing, rest);
      // An erasure that has to wait is tried again at the watcher's next look: a run put off would hold up what is new.
      return answered === 'later' ? (outcome ?? 'nothing') : outcome;
    }),
});

/** What waits, and where the shop stands; of what is not urgent only what may be handled now. */
function look({ id: shopId, generation, uninstalledAt }: JobContext['shop']): Promise<{
  urgent: WaitingWebhook[];
  standing: Standing | null;
  rest: WaitingWebhook[];
}> {
  return sqlInShop(shopId, async (client) => {
    const urgent = await waitingUrgent(client, shopId, AT_ONCE);
    const standing = await standingOf(client, shopId, generation);
    const importing = standing !== null && standing.newest !== null && !hasEnded(standing.newest);
    const but = importing && uninstalledAt === null ? [...URGENT, ...REMOVING] : URGENT;
    return { urgent, standing, rest: await waitingWebhooks(client, shopId, AT_ONCE, { but }) };
  });
}

/** Everything that is not urgent: only of a shop that is open, and once its history is in. */
async function applyRest(
  context: JobContext,
  { at, whole }: Standing,
  waiting: WaitingWebhook[],
): Promise<JobOutcome> {
  const { id: shopId, uninstalledAt, parkedReason } = context.shop;
  if (waiting.length === 0 || (parkedReason !== null && uninstalledAt === null)) return undefined;
  if (uninstalledAt !== null) {
    await step('inbox.let-go', () => sqlInShop(shopId, (client) => handled(client, shopId, waiting)));
    return undefined;
  }
  const others = await hearOfDiscounts(context, waiting);
  if (others.length === 0) return waiting.length === AT_ONCE ? { againInSeconds: 0 } : undefined;
  // Until the history is in, the import itself takes in what changes.
  if (whole === null) return nudge(context, others);
  return applyBearing(context, others, (webhooks) => apply(context, { at, whole }, webhooks));
}

async function apply(
  context: JobContext,
  { at, whole }: { at: number; whole: NonNullable<Standing['whole']> },
  waiting: WaitingWebhook[],
): Promise<JobOutcome> {
  const { id: shopId, generation } = context.shop;
  const of = (...topics: string[]): WaitingWebhook[] => waiting.filter(({ topic }) => topics.includes(topic));
  await nudge(context, waiting);
  if (of('shop/update', 'app/scopes_update').length > 0) {
    await learnShop(context);
    await step('inbox.score-anew', () => enqueue(scoreCustomers, { shopId, generation }));
  }
  const changed = await changedCustomers(context, waiting);
  if (changed === null) return { againInSeconds: LATER_SECONDS };
  const note = (client: Client): Promise<void> => noteChangedCustomers(client, shopId, changed);
  if (waiting.every(({ topic }) => isOfCustomerOnly(topic))) {
    await step('inbox.note-only', () =>
      sqlInShop(shopId, async (client) => {
        await note(client);
        await handled(client, shopId, waiting);
      }),
    );
    await step('inbox.read', () => readLater({ shopId, generation }));
    return waiting.length === AT_ONCE ? { againInSeconds: 0 } : undefined;
  }
  const orders = waiting.filter(({ topic }) => topic.startsWith('orders/') || topic === 'refunds/create');
  const deleted = idsOf(of('orders/delete'));
  // Where that is denied, reconciliation takes these changes in once the access is back.
  const noted =
    orders.length > 0 &&
    (await unlessDenied(() => applyChangedOrders(context, versions(orders), deleted, whole, at, note)));
  if ((noted === false || noted === 'denied') && changed.size > 0)
    await step('inbox.note', () => sqlInShop(shopId, note));
  const scored = await scoreNow(context);
  if (typeof scored === 'object')
    await step('inbox.score', () => enqueue(scoreCustomers, { shopId, generation }, scored.againInSeconds));
  await step('inbox.read', () => readLater({ shopId, generation }));
  // Last: whoever dies before this is followed by one who does it all again.
  await step('inbox.handled', () => sqlInShop(shopId, (client) => handled(client, shopId, waiting)));
  return waiting.length === AT_ONCE ? { againInSeconds: 0 } : undefined;
}

/** Takes out customers that are gone or merged. Who is to be read again, null when it has to wait. */
async function changedCustomers(
  context: JobContext,
  waiting: WaitingWebhook[],
): Promise<ToldCustomers | null> {
  const { id: shopId } = context.shop;
  const about = waiting.filter(
    ({ topic, resourceId }) => topic.startsWith('customer') && resourceId !== null,
  );
  for (const { topic, resourceId, detail } of about) {
    const { mergedId } = (detail ?? {}) as WebhookDetail;
    if (topic !== 'customers/merge' || mergedId === undefined) continue;
    if (!(await mergeInto(shopId, mergedId, resourceId as number))) return null;
  }
  const deleted = idsOf(about.filter(({ topic }) => topic === 'customers/delete'));
  const forgotten = await unlessDenied(() => forgetGone(context, [...deleted]));
  if (forgotten === false) return null;
  // Those whose orders we may not read are found to be gone once they are read again.
  const changed = versions(about);
  if (forgotten !== 'denied') for (const id of deleted) changed.delete(id);
  return changed;
}

/** Whether no score depends on it: a customer came or changed, but none went. */
function isOfCustomerOnly(topic: string): boolean {
  return topic.startsWith('customer') && !REMOVING.includes(topic);
}

async function unlessDenied<T>(work: () => Promise<T>): Promise<T | 'denied'> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AccessDenied) return 'denied';
    throw error;
  }
}

/** Lets jobs that wait for a bulk operation look at it now. */
async function nudge({ shop }: JobContext, waiting: WaitingWebhook[]): Promise<undefined> {
  if (!waiting.some(({ topic }) => topic === 'bulk_operations/finish')) return undefined;
  const payload = { shopId: shop.id, generation: shop.generation };
  await step('inbox.look-import', () => enqueue(importShop, payload));
  await step('inbox.look-writes', () => enqueue(writeBack, payload));
  const ended = waiting.filter(({ topic }) => topic === 'bulk_operations/finish');
  await step('inbox.nudged', () => sqlInShop(shop.id, (client) => handled(client, shop.id, ended)));
  return undefined;
}

/** Takes what Shopify tells of discounts: ours are looked at by whoever makes their codes. What else waits. */
async function hearOfDiscounts({ shop }: JobContext, waiting: WaitingWebhook[]): Promise<WaitingWebhook[]> {
  const news = waiting.filter(({ topic }) => topic.startsWith('discounts/'));
  if (news.length === 0) return waiting;
  const gidOf = ({ resourceId }: WaitingWebhook): string[] =>
    resourceId === null ? [] : [gid('DiscountCodeNode', resourceId)];
  const removed = Map.groupBy(
    news.filter(({ topic }) => topic === 'discounts/redeemcode_removed').flatMap(gidOf),
    (one) => one,
  );
  const ours = await step('inbox.discounts', () =>
    sqlInShop(shop.id, async (client) => {
      await handled(client, shop.id, news);
      return noteDiscountNews(client, shop.id, news.flatMap(gidOf), removed);
    }),
  );
  const payload = { shopId: shop.id, generation: shop.generation };
  if (ours) await step('inbox.look-discounts', () => runHere(issueCodes, payload));
  return waiting.filter((webhook) => !news.includes(webhook));
}

function handled(client: Client, shopId: number, webhooks: WaitingWebhook[]): Promise<void> {
  return markHandled(
    client,
    shopId,
    webhooks.map(({ webhookId }) => webhookId),
  );
}

/** Each order or customer with the newest version that was told of it, null when a webhook does not say. */
function versions(webhooks: WaitingWebhook[]): Map<number, number | null> {
  const told = new Map<number, number | null>();
  for (const { resourceId, detail } of webhooks) {
    if (resourceId === null) continue;
    const version = ((detail ?? {}) as WebhookDetail).updatedAt ?? null;
    const before = told.get(resourceId);
    told.set(resourceId, before === undefined ? version : version && before && Math.max(version, before));
  }
  return told;
}

function idsOf(webhooks: WaitingWebhook[]): Set<number> {
  return new Set(webhooks.map(({ resourceId }) => resourceId).filter((id) => id !== null));
}
