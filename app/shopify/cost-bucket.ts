/** extensions.cost.throttleStatus of an answer: points, and points per second. */
export type ThrottleStatus = { maximumAvailable: number; currentlyAvailable: number; restoreRate: number };

/** What the smallest plan has, assumed of a shop that has never answered. */
const SMALLEST_PLAN: ThrottleStatus = { maximumAvailable: 2000, currentlyAvailable: 1000, restoreRate: 100 };
/** Spreads processes that share one shop's bucket; small enough not to cost throughput. */
const JITTER_MS = 20;

/**
 * This process's picture of a shop's leaky bucket. Every answer corrects it; between answers it refills at
 * the reported rate. Requests on their way count as spent, so parallel callers do not overdraw together.
 */
export class CostBucket {
  #status: ThrottleStatus;
  #measuredAt = performance.now();
  #onTheWay = 0;
  #queue: Promise<void> = Promise.resolve();

  /** @param pace what the shop is known to have; half of the bucket is assumed to be there until an answer tells */
  constructor(pace: { restoreRate: number; bucketSize: number } | null = null) {
    this.#status =
      pace === null
        ? SMALLEST_PLAN
        : {
            restoreRate: pace.restoreRate,
            maximumAvailable: pace.bucketSize,
            currentlyAvailable: pace.bucketSize / 2,
          };
  }

  /** Points a request may spend now. */
  available(): number {
    const { maximumAvailable, currentlyAvailable, restoreRate } = this.#status;
    const refilled = currentlyAvailable + ((performance.now() - this.#measuredAt) / 1000) * restoreRate;
    return Math.min(maximumAvailable, refilled) - this.#onTheWay;
  }

  /** The bucket as it stands now. */
  status(): ThrottleStatus {
    return { ...this.#status, currentlyAvailable: Math.max(0, this.available()) };
  }

  /** Waits, first come first served, until `cost` points are there, and reserves them until `settle`. */
  take(cost: number): Promise<void> {
    const turn = this.#queue.then(async () => {
      // A cost above the bucket's size would wait for ever: it is sent, and the answer tells that it cannot be.
      const needed = Math.min(cost, this.#status.maximumAvailable);
      while (this.available() < needed) await sleep(this.#waitFor(needed));
      this.#onTheWay += cost;
    });
    this.#queue = turn;
    return turn;
  }

  /** Ends a reservation; `status` is what the answer said, null when there was no answer. */
  settle(cost: number, status: ThrottleStatus | null): void {
    this.#onTheWay -= cost;
    if (status === null) return;
    this.#status = status;
    this.#measuredAt = performance.now();
  }

  #waitFor(cost: number): number {
    const deficit = cost - this.available();
    return (Math.max(0, deficit) / Math.max(1, this.#status.restoreRate)) * 1000 + Math.random() * JITTER_MS;
  }
}

/** Resolves after `ms` milliseconds. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
