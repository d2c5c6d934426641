import { NO_DAY } from './customer-stats.ts';

/** Why a customer with orders has no scores. */
export type UnscoredReason = 'no-counted-order' | 'outside-window';

/**
 * The reason, or null when the customer is scored.
 * @param lastDay day of the last counted order ever, NO_DAY without one
 * @param frequency counted orders in the window
 */
export function unscoredReason(lastDay: number, frequency: number): UnscoredReason | null {
  if (frequency > 0) return null;
  return lastDay === NO_DAY ? 'no-counted-order' : 'outside-window';
}
