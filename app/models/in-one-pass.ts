/**
 * Keeps the rest of a transaction from looking through a whole table once for each row of another, SQL: right after a
 * load the planner knows no sizes, and takes both tables for small.
 */
export const IN_ONE_PASS = `select set_config('enable_nestloop', 'off', true)`;

/**
 * Lets the rest of a transaction ask about every customer, SQL. Compiling a plan to machine code takes longer than most
 * questions, and so do joins that go to disk: in this memory a hundred thousand customers fit with their consents and
 * orders.
 */
export const OF_EVERYBODY = `select set_config('jit', 'off', true), set_config('work_mem', '48MB', true)`;
