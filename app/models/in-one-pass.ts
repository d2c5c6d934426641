/**
 * Keeps the rest of a transaction from looking through a whole table once for each row of another, SQL: right after a
 * load the planner knows no sizes, and takes both tables for small.
 */
export const IN_ONE_PASS = `select set_config('enable_nestloop', 'off', true)`;
