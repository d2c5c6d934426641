const HOUR = 3_600_000;
/** Hours of a week; the first one is the epoch's: Thursday 00:00 UTC. */
const WEEK_HOURS = 168;
/**
 * Silence is unusual once it has lasted as long as so many orders usually take. Ten expected and none come once in
 * twenty thousand times by chance.
 */
const ORDERS_MISSED = 10;

/**
 * How many orders usually come between two instants (epoch milliseconds), by the hours of the week they cover: a shop
 * that sleeps at night is not silent then.
 * @param usual orders an hour, one figure for each hour of the week
 */
function usuallyBetween(usual: readonly number[], from: number, to: number): number {
  let orders = 0;
  // Longer silences are unusual in any case where orders come at all.
  const end = Math.min(to, from + 4 * WEEK_HOURS * HOUR);
  for (let at = from; at < end;) {
    const hour = Math.floor(at / HOUR);
    const next = Math.min(end, (hour + 1) * HOUR);
    orders += ((usual[hour % WEEK_HOURS] ?? 0) * (next - at)) / HOUR;
    at = next;
  }
  return orders;
}

/** Whether it is unusual that Shopify told nothing of orders since `last`. */
export function isSilent(usual: readonly number[], last: number, now: number): boolean {
  return usuallyBetween(usual, last, now) >= ORDERS_MISSED;
}
