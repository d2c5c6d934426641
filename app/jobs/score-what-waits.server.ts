import { pendingKinds } from '#app/models/pending.server.ts';
import type { JobContext } from './job.server.ts';
import { enqueue } from './queue.server.ts';
import { scoreCustomers } from './score-customers.server.ts';
import { step } from './step.server.ts';

/**
 * Asks for scoring, which writes next, when a customer waits for either.
 * @param everyone whether every score has to be made anew
 */
export async function scoreWhatWaits({ shop }: JobContext, everyone: boolean): Promise<void> {
  const waiting = await step('waiting.kinds', () => pendingKinds(shop.id));
  if (!everyone && !waiting.has('score') && !waiting.has('write')) return;
  const payload = { shopId: shop.id, generation: shop.generation };
  await step('waiting.score', () => enqueue(scoreCustomers, payload));
}
