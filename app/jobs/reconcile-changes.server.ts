import { databaseNow, sqlInShop } from '#app/db.server.ts';
import { latestWholeImport, openImport, updateImport, type ImportRow } from '#app/models/imports.server.ts';
import { lastByTopic } from '#app/models/inbox.server.ts';
import { ordersByWeekHour } from '#app/models/order-pace.server.ts';
import {
  addToLook,
  finishLook,
  newestLooks,
  openLook,
  type Look,
  type LookDetail,
} from '#app/models/reconciliations.server.ts';
import { AccessDenied } from '#app/shopify/errors.ts';
import { alone } from './alone.server.ts';
import { importShop } from './import-shop.server.ts';
import { defineJob, shopPayload, type JobContext } from './job.server.ts';
import { learnShop, WHOLE_HISTORY } from './learn-shop.server.ts';
import { lookDue } from './looks-due.ts';
import { noteDenied } from './note-denied.server.ts';
import { enqueue } from './queue.server.ts';
import { scoreWhatWaits } from './score-what-waits.server.ts';
import { isSilent } from './silence.ts';
import { step } from './step.server.ts';
import { importMarks, takeChanges, type ChangeMarks } from './take-changes.server.ts';

/** How far back the daily look goes, in milliseconds: Shopify may tell of a change a day late. */
const TWO_DAYS = 48 * 3_600_000;

/**
 * Looks at what Shopify says has changed, since webhooks may be lost: every quarter of an hour since the last look,
 * once a day at two whole days. What differs from what is stored is stored, scored and counted. It decides from
 * what is stored whether a look is due, so asking for it twice does nothing more.
 */
export const reconcileChanges = defineJob({
  name: 'reconcile-changes',
  payload: shopPayload,
  attempts: 5,
  run: ({ shopId, generation }, context) =>
    alone(shopId, 'import', async () => {
      const whole = await step('look.import', () => latestWholeImport(shopId, generation));
      if (whole === null) return 'nothing';
      const at = await step('look.clock', databaseNow);
      const newest = await step('look.newest', () => newestLooks(shopId));
      const due = (['recent', 'two-days'] as const).filter((kind) =>
        lookDue(kind, newest, whole.finishedAt ?? 0, at),
      );
      if (due.length === 0) return 'nothing';
      for (const kind of due) {
        const look = await step('look.open', () => openLook(shopId, kind));
        const done = kind === 'recent' ? lookAtRecent : lookAtTwoDays;
        if (!(await done(context, whole, look))) return { againInSeconds: 0 };
      }
      return undefined;
    }),
});

/** What changed since the last look, and the shop itself. False when the turn is over before the end. */
async function lookAtRecent(context: JobContext, whole: ImportRow, look: Look): Promise<boolean> {
  const { id: shopId, generation } = context.shop;
  let changed = false;
  const done = await allowed(context, whole, async () => {
    const learnt = await learnShop(context);
    changed = learnt.changed;
    if (whole.limitedHistory && learnt.facts.scopes.includes(WHOLE_HISTORY)) {
      await step('look.whole-history', () => openImport(shopId, generation));
      await step('look.import-again', () => enqueue(importShop, { shopId, generation }));
    }
    return takeChanges(context, importMarks(shopId, whole, look.id));
  });
  if (!done) return false;
  const silentSince = await silence(shopId, whole);
  await step('look.finish', () => finishLook(shopId, look.id, { silentSince }));
  await scoreWhatWaits(context, changed);
  return true;
}

/** Everything that changed within two days, and how many orders usually come. False when the turn is over before. */
async function lookAtTwoDays(context: JobContext, whole: ImportRow, look: Look): Promise<boolean> {
  const { id: shopId } = context.shop;
  const from = look.startedAt - TWO_DAYS;
  const { changesUntil = from, customersUntil = from } = look.detail;
  const keep = (detail: LookDetail): Promise<void> =>
    sqlInShop(shopId, (client) => addToLook(client, shopId, look.id, { detail }));
  const marks: ChangeMarks = { changesUntil, customersUntil, lookId: look.id, keep };
  if (!(await allowed(context, whole, () => takeChanges(context, marks)))) return false;
  const usual = await step('look.usual', () => ordersByWeekHour(shopId));
  await step('look.finish', () => finishLook(shopId, look.id, { usual }));
  await scoreWhatWaits(context, false);
  return true;
}

/**
 * Takes changes in; true when there is nothing more to take in. Where Shopify denies access the import says so, and
 * scoring and writing go on with what is stored; where it no longer does that ends.
 */
async function allowed(
  { shop }: JobContext,
  whole: ImportRow,
  take: () => Promise<boolean>,
): Promise<boolean> {
  try {
    if (!(await take())) return false;
  } catch (error) {
    if (!(error instanceof AccessDenied)) throw error;
    await noteDenied(shop.id, whole.id, error);
    return true;
  }
  if (whole.problem !== null) {
    await step('look.allowed', () => updateImport(shop.id, whole.id, { problem: null, problemDetail: null }));
  }
  return true;
}

/** Since when Shopify has told nothing of orders although orders usually come; null while that is not unusual. */
async function silence(shopId: number, whole: ImportRow): Promise<number | null> {
  const newest = await step('look.daily', () => newestLooks(shopId));
  const usual = newest.get('two-days')?.detail.usual;
  if (usual === undefined) return null;
  const told = await step('look.topics', () => lastByTopic(shopId));
  const orders = [...told].filter(([topic]) => topic.startsWith('orders/')).map(([, at]) => at);
  const last = Math.max(whole.finishedAt ?? 0, ...orders);
  return isSilent(usual, last, await step('look.clock', databaseNow)) ? last : null;
}
