import { pendingNow } from '#app/models/pending.server.ts';
import type { JobContext } from './job.server.ts';
import { enqueue } from './queue.server.ts';
import { scoreCustomers } from './score-customers.server.ts';
import { step } from './step.server.ts';

/**
 * Asks for scoring, which writes next, when a customer waits for either.
 * @param everyone whether every score has to be made anew
 */
export async function scoreWhatWaits({ shop }: JobContext, everyone: boolean): Promise<void> {
  const scores = await step('waiting.to-score', () => pendingNow(shop.id, 'score'));
  const writes = await step('waiting.to-write', () => pendingNow(shop.id, 'write'));
  if (!everyone && scores.count + writes.count === 0) return;
  const payload = { shopId: shop.id, generation: shop.generation };
  await step('waiting.score', () => enqueue(scoreCustomers, payload));
}
