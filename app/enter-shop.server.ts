import { setTimeout as sleep } from 'node:timers/promises';

/** Puts a transaction into the app role and the shop's rows ($1): what row level security then lets through. */
const SHOP_ROWS = `set_config('role', 'rekindle_app', true), set_config('app.shop_id', $1::text, true)`;

/** What every transaction of a shop holds together with the others, so that none is under way while something is erased. */
const ERASURE = `hashtextextended('erasure', $1::text::bigint)`;

/** How a transaction enters a shop: how it begins, and the statement that takes the shop's id. */
export type Entrance = { begin: string; enter: string };

/** Beside the shop's other transactions. */
export const BESIDE_OTHERS: Entrance = {
  begin: 'begin',
  enter: `select ${SHOP_ROWS}, pg_advisory_xact_lock_shared(${ERASURE})::text as beside_others`,
};

/** Whether none of the others is under way; then none begins until the end. Never waits: others would wait behind. */
export const TRY_ALONE = `select pg_try_advisory_xact_lock(${ERASURE}) as alone`;

/** For leases, which are renewed whatever else happens, and for what tries to be alone. */
export const ANY_TIME: Entrance = { begin: 'begin', enter: `select ${SHOP_ROWS}` };

/**
 * Begins a transaction and enters the shop in one message: each answer waited for costs time.
 * @throws RangeError when it is no shop's id
 */
export function entering({ begin, enter }: Entrance, shopId: number): string {
  if (!Number.isSafeInteger(shopId)) throw new RangeError(`${shopId} is no shop`);
  return `${begin}; ${enter.replaceAll('$1', `'${shopId}'`)}`;
}

/** Tries to find the shop's other transactions ended, and milliseconds between them: short ones leave gaps. */
const [ALONE_TRIES, ALONE_PAUSE_MS] = [10, 50];

/** Tries until one attempt was alone, for about half a second. Null when none was. */
export async function untilAlone<T>(attempt: () => Promise<{ result: T } | null>): Promise<T | null> {
  for (let tries = 1; ; tries += 1) {
    const done = await attempt();
    if (done !== null) return done.result;
    if (tries === ALONE_TRIES) return null;
    await sleep(ALONE_PAUSE_MS * (0.5 + Math.random()));
  }
}
