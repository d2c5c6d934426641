import { setTimeout as sleep } from 'node:timers/promises';

/** Node's timers end at once when they are set for longer than this many milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The time the stand-in lives in: real time moved by `advance`, and a scale for everything that takes time. */
export type StandInClock = {
  /** Epoch milliseconds; token and link life times are measured against it. */
  now(): number;
  /** Moves `now` forward, e.g. past the life of a token, and ends the waits that are over by then. */
  advance(ms: number): void;
  /** How many of Shopify's seconds pass in one real second, for restore rates, bulk latency and retries. */
  readonly timeScale: number;
  /** Monotonic milliseconds of Shopify's time, for restore rates. */
  scaledNow(): number;
  /** Waits `ms` of Shopify's time; rejects with AbortError when the stand-in closes. */
  wait(ms: number): Promise<void>;
  /** When the wait that ends first is over if nobody advances, by `now`; null while nothing waits. */
  nextDue(): number | null;
  /** Ends every wait. */
  stop(): void;
};

/** @throws RangeError when `timeScale` is not above zero */
export function createClock(timeScale: number): StandInClock {
  if (!(timeScale > 0)) throw new RangeError(`the time scale must be above zero, not ${timeScale}`);
  const closing = new AbortController();
  const waits = new Set<{ readonly due: number; readonly over: AbortController }>();
  let moved = 0;
  const now = (): number => Date.now() + moved;
  return {
    timeScale,
    now,
    advance: (ms) => {
      moved += ms;
      for (const { due, over } of waits) if (due <= now()) over.abort();
    },
    scaledNow: () => performance.now() * timeScale,
    wait: async (ms) => {
      const waiting = { due: now() + ms, over: new AbortController() };
      waits.add(waiting);
      const signal = AbortSignal.any([closing.signal, waiting.over.signal]);
      try {
        await sleep(Math.min(ms / timeScale, LONGEST_TIMER), undefined, { signal, ref: false });
      } catch (error) {
        if (closing.signal.aborted) throw error;
      } finally {
        waits.delete(waiting);
      }
    },
    nextDue: () => (waits.size === 0 ? null : Math.min(...[...waits].map(({ due }) => due))),
    stop: () => closing.abort(),
  };
}
