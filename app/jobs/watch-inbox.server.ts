import { setTimeout as sleep } from 'node:timers/promises';
import { logger } from '#app/logger.server.ts';
import { inboxNews, type WaitingShop } from '#app/models/inbox-news.server.ts';
import { URGENT } from './answer-urgent.server.ts';
import { applyInbox } from './apply-inbox.server.ts';
import { runHere } from './run-here.server.ts';
import { step } from './step.server.ts';

/** News of one shop within so many milliseconds become one run. */
const GATHER_MS = 100;
/** Milliseconds between looks at what waits, for news that were lost. */
const LOOK_MS = 5_000;

/**
 * Runs apply-inbox for every shop as its webhooks arrive.
 * @returns stops it; resolves once nothing is under way
 */
export function watchInbox(): () => Promise<void> {
  const stopped = new AbortController();
  const waiting = new Map<number, WaitingShop>();
  const news = inboxNews((shop) => waiting.set(shop.shopId, shop));
  const watch = async (): Promise<void> => {
    let lookAt = 0;
    while (!stopped.signal.aborted) {
      try {
        if (performance.now() >= lookAt) {
          lookAt = performance.now() + LOOK_MS;
          const found = await step('inbox.shops', () => news.shopsWithWebhooks(URGENT));
          for (const shop of found) waiting.set(shop.shopId, shop);
        }
        const shops = [...waiting.values()];
        waiting.clear();
        for (const shop of shops) await step('inbox.queue', () => runHere(applyInbox, shop));
      } catch (error) {
        logger.error({ err: error }, 'watching the inbox');
      }
      await sleep(GATHER_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  };
  const watching = watch();
  return async () => {
    stopped.abort();
    await watching;
    await news.close();
  };
}
