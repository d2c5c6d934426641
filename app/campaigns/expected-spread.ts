/**
 * How widely the difference of both groups was expected to spread before anything was known of it: its variance, and of
 * which groups.
 */
export type ExpectedSpread = {
  profit: number;
  revenue: number;
  conversion: number;
  /** worth of the groups then, see worthOf */
  worth: number;
};

/** Two groups' numbers of customers. */
type Sizes = { treated: number; held: number };

/** With fewer customers in either group nothing is expected yet, so that a handful who joined first do not decide. */
export const LEAST_EXPECTED = 50;

/** What a shop expects before it begins: this share of customers order once. */
const EXPECTED_BUYERS = 0.05;

/**
 * What is expected of two groups, null while one is too small, or while nobody's orders tell what one comes to.
 * @param meanSquare of what a member's order came to before, minor units
 * @param margin share of it that is left
 */
export function expectedSpread(sizes: Sizes, meanSquare: number, margin: number): ExpectedSpread | null {
  if (Math.min(sizes.treated, sizes.held) < LEAST_EXPECTED || !(meanSquare > 0)) return null;
  const worth = worthOf(sizes);
  const revenue = (EXPECTED_BUYERS * meanSquare) / worth;
  return {
    profit: revenue * margin ** 2,
    revenue,
    conversion: (EXPECTED_BUYERS * (1 - EXPECTED_BUYERS)) / worth,
    worth,
  };
}

/**
 * The same for groups of another size. Who looks again and again is held to bounds that are narrowest when so much has
 * come together as was expected, and what comes together is a sum: while customers join, a difference per customer has to
 * be held against what was expected of the sum.
 */
export function forSizes(expected: ExpectedSpread, sizes: Sizes): ExpectedSpread {
  const grown = (expected.worth / worthOf(sizes)) ** 2;
  return {
    profit: expected.profit * grown,
    revenue: expected.revenue * grown,
    conversion: expected.conversion * grown,
    worth: worthOf(sizes),
  };
}

/** How many customers two groups are worth: the variance of their difference is that of one customer divided by it. */
function worthOf({ treated, held }: Sizes): number {
  return 1 / (1 / treated + 1 / held);
}
