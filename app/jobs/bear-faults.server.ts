import { shopLogger } from '#app/logger.server.ts';
import { noteFailure, setAside, type WaitingWebhook } from '#app/models/inbox.server.ts';
import type { JobContext, JobOutcome } from './job.server.ts';
import { isFault } from './run-job.server.ts';
import { step } from './step.server.ts';

/** After so many failed runs a webhook is taken by itself. */
const TOGETHER = 3;
/** Characters kept of an error. */
const LONGEST_PROBLEM = 300;

/**
 * Applies webhooks together. Those that failed together too often are applied one by one, and the one that still fails
 * is set aside with the reason, so that it does not hold up the others for ever; reconciliation takes in what it was
 * about. Only one in a run: when more fail the trouble is hardly theirs. Outages are nobody's failure.
 */
export async function applyBearing(
  { shop, signal }: JobContext,
  waiting: WaitingWebhook[],
  apply: (webhooks: WaitingWebhook[]) => Promise<JobOutcome>,
): Promise<JobOutcome> {
  const suspects = waiting.filter(({ failures }) => failures >= TOGETHER);
  if (suspects.length === 0) {
    const ids = waiting.map(({ webhookId }) => webhookId);
    return apply(waiting).catch(async (error: unknown) => {
      if (isFault(error)) await step('inbox.failed', () => noteFailure(shop.id, ids));
      throw error;
    });
  }
  let aside = false;
  for (const suspect of suspects) {
    if (signal.aborted) break;
    const { webhookId, topic } = suspect;
    try {
      const outcome = await apply([suspect]);
      if (typeof outcome === 'object') return outcome;
    } catch (error) {
      if (!isFault(error) || aside) throw error;
      aside = true;
      shopLogger(shop.domain).error({ err: error, topic, webhookId }, 'webhook set aside');
      const problem = String(error).slice(0, LONGEST_PROBLEM);
      await step('inbox.set-aside', () => setAside(shop.id, webhookId, problem));
    }
  }
  return { againInSeconds: 0 };
}
