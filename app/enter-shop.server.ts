/** Puts a transaction into the app role and the shop's rows ($1): what row level security then lets through. */
const SHOP_ROWS = `set_config('role', 'rekindle_app', true), set_config('app.shop_id', $1::text, true)`;

/** What every transaction of a shop holds together with the others, so that none is under way while something is erased. */
const ERASURE = `hashtextextended('erasure', $1::text::bigint)`;

/** Longest wait in milliseconds for the shop's other transactions; those that begin meanwhile wait behind. */
const ALONE_MS = 3_000;

/** How a transaction enters a shop: how it begins, and the statement that takes the shop's id. */
export type Entrance = { begin: string; enter: string };

/** Beside the shop's other transactions. */
export const BESIDE_OTHERS: Entrance = {
  begin: 'begin',
  enter: `select ${SHOP_ROWS}, pg_advisory_xact_lock_shared(${ERASURE})::text as beside_others`,
};

/** Once none of the others is under way; waits for them a little while and fails with LOCK_NOT_AVAILABLE. */
export const ALONE: Entrance = {
  begin: `begin; set local lock_timeout = ${ALONE_MS}`,
  enter: `select pg_advisory_xact_lock(${ERASURE})::text as alone, ${SHOP_ROWS}`,
};

/** For leases, which are renewed whatever else happens. */
export const ANY_TIME: Entrance = { begin: 'begin', enter: `select ${SHOP_ROWS}` };

export const LOCK_NOT_AVAILABLE = '55P03';
