import { setTimeout as sleep } from 'node:timers/promises';

/** A wave was not stored in time; it may have been stored, but nobody can tell. */
class TooLate extends Error {
  override readonly name = 'TooLate';
}

type Wave<T> = {
  items: T[];
  done: Promise<void>;
  resolve: () => void;
  /** aborted when the wave failed or took too long: that rejects `done` */
  late: AbortController;
  timer: NodeJS.Timeout;
};

/**
 * Commits in groups: what arrives after a pause is stored at once, what arrives meanwhile goes together in the next
 * wave. The busier it is, the larger the waves, so storing never falls behind for long.
 * @param store keeps a wave as a whole, or throws; `signal` says that nobody waits for it any more
 * @param everyMs least milliseconds from the beginning of a wave to that of the next
 * @param withinMs how long an item waits at most, in milliseconds
 * @param most items that wait; more are turned away at once
 * @returns stores an item; resolves once it is stored, rejects with TooLate or with what `store` threw
 */
export function inWaves<T>(
  store: (items: readonly T[], signal: AbortSignal) => Promise<void>,
  { everyMs, withinMs, most }: { everyMs: number; withinMs: number; most: number },
): (item: T) => Promise<void> {
  let gathering: Wave<T> | undefined;
  let storing = false;

  const begin = (): Wave<T> => {
    const late = new AbortController();
    const { promise: done, resolve, reject } = Promise.withResolvers<void>();
    // The first item's patience is the wave's: later ones are turned away a little early, never late.
    const timer = setTimeout(() => {
      if (gathering === wave) gathering = undefined;
      late.abort(new TooLate('Not stored in time'));
    }, withinMs);
    late.signal.addEventListener('abort', () => reject(late.signal.reason as Error));
    const wave: Wave<T> = { items: [], done, resolve, late, timer };
    return wave;
  };

  const take = (): Wave<T> | undefined => {
    const wave = gathering;
    gathering = undefined;
    return wave;
  };

  const storeWaves = async (): Promise<void> => {
    if (storing) return;
    storing = true;
    for (let wave = take(); wave !== undefined; wave = take()) {
      const { items, done, resolve, late, timer } = wave;
      const pause = sleep(everyMs);
      store(items, late.signal).then(resolve, (error: unknown) => late.abort(error));
      await done.catch(() => undefined);
      clearTimeout(timer);
      await pause;
    }
    storing = false;
  };

  return (item) => {
    if (gathering === undefined) {
      gathering = begin();
      // Requests that arrive in the same turn of the event loop still join.
      setImmediate(() => void storeWaves());
    }
    const { items, done } = gathering;
    if (items.length >= most) return Promise.reject(new TooLate('Too many are waiting'));
    items.push(item);
    return done;
  };
}
