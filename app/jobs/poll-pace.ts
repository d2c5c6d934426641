/**
 * Seconds until a bulk operation is looked at again: at once for small shops, at most every ten seconds for
 * large ones. A look costs one API point.
 * @param runningForMs how long the operation has been running
 */
export function secondsToNextLook(runningForMs: number): number {
  return Math.min(10, Math.max(0.1, runningForMs / 10_000));
}
