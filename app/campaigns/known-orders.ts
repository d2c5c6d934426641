/** Of this share of the orders of either group it must have been read what they earned, or nothing is said of profit. */
export const ENOUGH_READ = 0.99;

/** With the cost of this share of the orders of both groups known, the others' is taken to be like theirs. */
export const ENOUGH_COSTED = 0.9;
