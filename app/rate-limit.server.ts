import { now } from '#app/clock.server.ts';

/** So many at once, and one more after each `everyMs`. */
type Limit = { burst: number; everyMs: number };

/** What is limited. The first is per address of a client, the others are per shop. */
const LIMITS = {
  address: { burst: 600, everyMs: 50 },
  preview: { burst: 10, everyMs: 6_000 },
  launch: { burst: 20, everyMs: 3_000 },
  progress: { burst: 60, everyMs: 100 },
  export: { burst: 30, everyMs: 6_000 },
  mailTest: { burst: 5, everyMs: 60_000 },
  mailCode: { burst: 10, everyMs: 10_000 },
  question: { burst: 60, everyMs: 200 },
} as const satisfies Record<string, Limit>;

/** Milliseconds between two looks for keys whose burst is whole again: they need not be remembered. */
const SWEEP_MS = 10_000;

/** Per limit and key the instant at which its burst is whole again. */
const wholeAgain = new Map<string, number>();
let sweptAt = 0;

/**
 * Counts one use of `what` by `key`. Uses are counted in this process: with several web processes each allows as
 * many.
 * @returns 0 when it is within the limit, otherwise the milliseconds until the next one is
 */
export function useUp(what: keyof typeof LIMITS, key: string | number): number {
  const { burst, everyMs } = LIMITS[what];
  const at = now();
  if (Math.abs(at - sweptAt) > SWEEP_MS) {
    sweptAt = at;
    for (const [old, whole] of wholeAgain) if (whole <= at) wholeAgain.delete(old);
  }
  const id = `${what} ${key}`;
  // A clock that was set back must not shut anybody out for longer than a spent burst does.
  const whole = Math.min(Math.max(wholeAgain.get(id) ?? 0, at), at + burst * everyMs);
  const wait = whole - at - (burst - 1) * everyMs;
  if (wait > 0) return wait;
  wholeAgain.set(id, whole + everyMs);
  return 0;
}

/**
 * Lets a shop do something expensive only so often.
 * @throws Response 429 with Retry-After in seconds
 */
export function limitShop(what: Exclude<keyof typeof LIMITS, 'address'>, shopId: number): void {
  const wait = useUp(what, shopId);
  if (wait > 0)
    throw new Response(null, { status: 429, headers: { 'Retry-After': String(Math.ceil(wait / 1000)) } });
}
