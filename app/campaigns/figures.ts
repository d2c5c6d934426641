import { bootstrapInterval, type Brought } from './bootstrap.ts';
import { comparedArms, type ArmFigures, type ArmSums } from './compared-arms.ts';
import { forSizes, type ExpectedSpread } from './expected-spread.ts';
import { ratioIsSound } from './hold-out.ts';
import { finalInterval, interimInterval, welchInterval, type Side } from './money-lift.ts';
import { differenceOfShares, type Interval } from './proportions.ts';
import { verdictOf, type Verdict } from './verdict.ts';

/** With which confidence intervals hold. */
export const LEVEL = 0.95;

/** What the customers of one group did while they were compared: counts, and sums and squares by customer, minor units. */
export type GroupSums = {
  customers: number;
  buyers: number;
  orders: number;
  /** after refunds, with tax and shipping */
  revenue: number;
  revenueSquares: number;
  /** gross profit after discounts and refunds; null = neither a margin nor every product's cost is known */
  profit: number | null;
  profitSquares: number;
  /** what discounts took off */
  discount: number;
};

/** To which segments the customers of a group went: into a better one, a worse one, none other; `of` those known. */
export type Movement = { of: number; better: number; worse: number };

/** What followed a step, by the orders placed after it and before the next; a description and no comparison. */
export type StepSums = {
  step: number;
  given: number;
  redeemed: number;
  buyers: number;
  orders: number;
  profit: number | null;
  discount: number;
};

/** Everything that is counted of a campaign. */
export type MeasuredSums = {
  treated: GroupSums;
  held: GroupSums;
  /** what each buyer brought, by stratum */
  strata: { treated: Brought; held: Brought }[];
  arms: ArmSums[];
  steps: StepSums[];
  movement: { treated: Movement; held: Movement };
  /**
   * orders that are compared, those of which what they earned was read, and those whose products' cost is known;
   * `enough` of either group was read for something to be said of profit
   */
  orders: { compared: number; read: number; costed: number; enough: boolean };
};

/** What a campaign has shown by the end of a day. */
export type CampaignFigures = Omit<MeasuredSums, 'strata' | 'arms'> & {
  /** share that was to be held out */
  share: number;
  /** share of the price left after product cost, null = not said */
  margin: number | null;
  /** ISO 4217 */
  currency: string;
  /** what was expected before anything was known, as soon as both groups are large enough */
  expected: ExpectedSpread | null;
  /** it ended while customers still joined, perhaps because it looked good: the bounds are those that hold at any time */
  endedEarly: boolean;
  /** what Shopify wants before it tells what orders earned; null = nothing */
  denied: string | null;
  /** treated less held out, per customer */
  conversion: Interval | null;
  revenue: Interval | null;
  profit: Interval | null;
  /** the same of profit by two other methods, of final results only */
  beside: { welch: Interval | null; bootstrap: Interval | null } | null;
  verdict: Verdict;
  ratioIsSound: boolean;
  /** of final results only */
  arms: ArmFigures[];
};

/** What is known beside the sums. */
export type Basis = Pick<
  CampaignFigures,
  'share' | 'margin' | 'currency' | 'expected' | 'endedEarly' | 'denied'
> & {
  final: boolean;
  /** numbers between 0 and 1 for the bootstrap, the same ones for the same campaign */
  random: () => number;
};

/** What a campaign has shown, out of what was counted. */
export function campaignFigures(sums: MeasuredSums, basis: Basis): CampaignFigures {
  const { final, random, ...known } = basis;
  const { strata, arms, ...rest } = sums;
  const { treated, held } = rest;
  const fixed = final && !basis.endedEarly;
  const earned = treated.profit !== null && held.profit !== null;
  const sizes = { treated: treated.customers, held: held.customers };
  const expected = basis.expected && forSizes(basis.expected, sizes);
  const sides = (of: (group: GroupSums) => Side): [Side, Side] => [of(treated), of(held)];
  const interval = ([one, other]: [Side, Side], of: 'profit' | 'revenue' | 'conversion'): Interval | null => {
    if (Math.min(one.customers, other.customers) < 2) return null;
    if (fixed) return finalInterval(one, other, LEVEL);
    return expected && interimInterval(one, other, expected[of], LEVEL);
  };
  const profitSides = sides(profitSide);
  const profit = earned ? interval(profitSides, 'profit') : null;
  const shares = sides(buyerSide);
  return {
    ...rest,
    ...known,
    conversion: fixed
      ? differenceOfShares(sharesOf(treated), sharesOf(held), LEVEL)
      : interval(shares, 'conversion'),
    revenue: interval(sides(revenueSide), 'revenue'),
    profit,
    beside:
      fixed && earned
        ? {
            welch: welchInterval(...profitSides, LEVEL),
            bootstrap: bootstrapInterval(random, strata, LEVEL),
          }
        : null,
    verdict: verdictOf(profit, profitSides[0], profitSides[1], final),
    ratioIsSound: ratioIsSound(treated.customers, held.customers, known.share),
    arms: final ? comparedArms(arms, LEVEL) : [],
  };
}

/** A group's profit as one side of a comparison. */
function profitSide({ customers, buyers, profit, profitSquares }: GroupSums): Side {
  return { customers, buyers, sum: profit ?? 0, squares: profitSquares };
}

function revenueSide({ customers, buyers, revenue, revenueSquares }: GroupSums): Side {
  return { customers, buyers, sum: revenue, squares: revenueSquares };
}

function buyerSide({ customers, buyers }: GroupSums): Side {
  return { customers, buyers, sum: buyers, squares: buyers };
}

const sharesOf = ({ buyers, customers }: GroupSums) => ({ did: buyers, of: customers });

/** A difference per customer for all who were treated. */
export function inAll({ difference, low, high }: Interval, customers: number): Interval {
  return { difference: difference * customers, low: low * customers, high: high * customers };
}

/** What a final result was before it was reckoned anew, if it says something else now. */
export function restatement(
  before: CampaignFigures,
  after: CampaignFigures,
): Record<string, string | number> | null {
  const unlike =
    before.verdict !== after.verdict ||
    before.profit?.difference !== after.profit?.difference ||
    before.revenue?.difference !== after.revenue?.difference;
  if (!unlike) return null;
  const money = (interval: Interval | null): number | string =>
    interval === null ? '' : Math.round(interval.difference * 100) / 100;
  return {
    verdictBefore: before.verdict,
    verdictAfter: after.verdict,
    profitBefore: money(before.profit),
    profitAfter: money(after.profit),
    revenueBefore: money(before.revenue),
    revenueAfter: money(after.revenue),
    // Named as its reason where it changed; a final result keeps the margin it had.
    ...(before.margin === after.margin ? {} : { marginAfter: after.margin ?? '' }),
  };
}
