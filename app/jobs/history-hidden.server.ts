import type { ImportRow } from '#app/models/imports.server.ts';
import { readShop } from '#app/shopify/shop.server.ts';
import type { JobContext } from './job.server.ts';
import { WHOLE_HISTORY } from './learn-shop.server.ts';
import { step } from './step.server.ts';

/**
 * Whether Shopify hides old orders from this app, so that one it does not show may still exist. Asked after the orders
 * were: the scope may have been taken away since the import began, and the webhook that tells it may be lost.
 * @param run an import that stored them, null when nothing is known of one
 */
export async function historyHidden(
  { admin }: Pick<JobContext, 'admin'>,
  run: Pick<ImportRow, 'limitedHistory'> | null,
): Promise<boolean> {
  if (run?.limitedHistory === true) return true;
  const { scopes } = await step('history.scopes', () => readShop(admin));
  return !scopes.includes(WHOLE_HISTORY);
}
