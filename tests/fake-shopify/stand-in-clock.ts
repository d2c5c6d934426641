import { setTimeout as sleep } from 'node:timers/promises';

/** The time the stand-in lives in: real time moved by `advance`, and a scale for everything that takes time. */
export type StandInClock = {
  /** Epoch milliseconds; token and link life times are measured against it. */
  now(): number;
  /** Moves `now` forward, e.g. past the life of a token. */
  advance(ms: number): void;
  /** How many of Shopify's seconds pass in one real second, for restore rates, bulk latency and retries. */
  readonly timeScale: number;
  /** Monotonic milliseconds of Shopify's time, for restore rates. */
  scaledNow(): number;
  /** Waits `ms` of Shopify's time; rejects with AbortError when the stand-in closes. */
  wait(ms: number): Promise<void>;
  /** Ends every wait. */
  stop(): void;
};

/** @throws RangeError when `timeScale` is not above zero */
export function createClock(timeScale: number): StandInClock {
  if (!(timeScale > 0)) throw new RangeError(`the time scale must be above zero, not ${timeScale}`);
  const closing = new AbortController();
  let moved = 0;
  return {
    timeScale,
    now: () => Date.now() + moved,
    advance: (ms) => {
      moved += ms;
    },
    scaledNow: () => performance.now() * timeScale,
    wait: async (ms) => {
      await sleep(ms / timeScale, undefined, { signal: closing.signal, ref: false });
    },
    stop: () => closing.abort(),
  };
}
