import {
  campaignFigures,
  expectedVariance,
  type CampaignFigures,
  type GroupSums,
} from '#app/campaigns/figures.ts';
import { holdOut } from '#app/campaigns/hold-out.ts';
import { orderProfit } from '#app/campaigns/order-profit.ts';
import type { Interval } from '#app/campaigns/proportions.ts';
import type { Verdict } from '#app/campaigns/verdict.ts';
import type { RandomSource } from '#tests/fake-shopify/generator-random.ts';
import { meanOrderOf, orderOf, type Shopper } from './shoppers.ts';

/** What one campaign does. */
export type CampaignRules = {
  days: number;
  /** share held out */
  share: number;
  /** share of the price that an order leaves before a discount */
  margin: number;
  /** share of the price that the offer takes off; 0 = no offer at all */
  off: number;
};

/** What came of one campaign, against what is true of its shoppers. */
export type Outcome = {
  /** Whether the truth lay within the last interval, by method; null = none could be given. */
  final: Record<'ours' | 'welch' | 'bootstrap', boolean | null>;
  /** Whether at every daily look the truth of that day lay within. */
  interim: boolean;
  /** The first verdict that said more than "too early", or what was said at the end. */
  said: Verdict;
};

/** Of those who would have ordered anyway so many use the code they were given. */
const USES_CODE = 0.6;

type Bought = { day: number; member: number; profit: number };

/** Runs a campaign day by day, looks at it on each day, and says how the looks compare with the truth. */
export function simulateCampaign(
  random: RandomSource,
  audience: readonly Shopper[],
  rules: CampaignRules,
): Outcome {
  const hashes = new Map<string, number>();
  const members = audience.map(({ segment }, i) => ({
    customerId: i,
    stratum: segment,
    hash: random.next(),
  }));
  const held = holdOut(members, rules.share, (stratum) => {
    const known = hashes.get(stratum) ?? random.next();
    hashes.set(stratum, known);
    return known;
  });
  const bought = audience.flatMap((shopper, i) => shop(random, shopper, i, !held.has(i), rules));
  bought.sort((a, b) => a.day - b.day);
  const brought = new Float64Array(audience.length);
  const treated = nothing(audience.length - held.size);
  const heldOut = nothing(held.size);
  const expected = {
    profit: expectedOf(audience, rules, { treated: treated.customers, held: heldOut.customers }),
    revenue: 0,
    conversion: 0,
  };
  let place = 0;
  const takeUntil = (day: number): void => {
    for (; place < bought.length && bought[place]!.day <= day; place += 1) {
      const { member, profit } = bought[place]!;
      const side = held.has(member) ? heldOut : treated;
      const before = brought[member]!;
      brought[member] = before + profit;
      if (before === 0) side.buyers += 1;
      side.profit = (side.profit ?? 0) + profit;
      side.profitSquares += (before + profit) ** 2 - before ** 2;
    }
  };
  /** What the app says of it by then. */
  const look = (final: boolean): CampaignFigures =>
    campaignFigures(
      {
        treated,
        held: heldOut,
        strata: final ? strataOf(audience, held, brought) : [],
        arms: [],
        steps: [],
        movement: { treated: NO_MOVES, held: NO_MOVES },
        orders: { compared: place, read: place, costed: 0 },
      },
      { share: rules.share, margin: rules.margin, expected, final, random: () => random.next() },
    );
  let interim = true;
  let said: Verdict = 'too-early';
  for (let day = 0; day < rules.days - 1; day += 1) {
    takeUntil(day);
    const { profit, verdict } = look(false);
    if (profit === null) continue;
    if (!within(profit, trueLift(audience, rules, day + 1))) interim = false;
    if (said === 'too-early') said = verdict;
  }
  takeUntil(rules.days);
  const truth = trueLift(audience, rules, rules.days);
  const { profit, beside, verdict } = look(true);
  if (said === 'too-early') said = verdict;
  return {
    final: {
      ours: within(profit, truth),
      welch: within(beside?.welch ?? null, truth),
      bootstrap: within(beside?.bootstrap ?? null, truth),
    },
    interim,
    said,
  };
}

const NO_MOVES = { of: 0, better: 0, worse: 0 };

/** What each buyer brought, by segment and side. */
function strataOf(audience: readonly Shopper[], held: ReadonlySet<number>, brought: Float64Array) {
  const strata = Map.groupBy(
    audience.map(({ segment }, i) => ({ segment, i })),
    ({ segment }) => segment,
  );
  return [...strata.values()].map((its) => {
    const side = (isHeld: boolean) => {
      const of = its.filter(({ i }) => held.has(i) === isHeld);
      return {
        customers: of.length,
        values: of.map(({ i }) => brought[i]!).filter((profit) => profit !== 0),
      };
    };
    return { treated: side(false), held: side(true) };
  });
}

/** The orders of one shopper in the days of the campaign. */
function shop(
  random: RandomSource,
  shopper: Shopper,
  member: number,
  treated: boolean,
  rules: CampaignRules,
): Bought[] {
  const { days, margin, off } = rules;
  const order = (day: number, discounted: boolean): Bought => {
    const price = Math.round(orderOf(random, shopper));
    const discount = discounted ? Math.round(price * off) : 0;
    const earning = { amount: price - discount, passedOn: 0, discount, cost: null };
    return { day, member, profit: orderProfit(earning, margin) };
  };
  const { active, repurchaseRate, offerResponse } = shopper.truth;
  const orders: Bought[] = [];
  let codeLeft = treated && off > 0;
  for (
    let at = active ? random.exponential(repurchaseRate) : Infinity;
    at < days;
    at += random.exponential(repurchaseRate)
  ) {
    const uses = codeLeft && orders.length === 0 && random.chance(USES_CODE);
    orders.push(order(Math.floor(at), uses));
    if (uses) codeLeft = false;
  }
  if (treated && off > 0 && random.chance(offerResponse)) orders.push(order(random.int(0, days - 1), true));
  return orders;
}

/** What a treated customer of this audience brings more on average until the end of a day, as the simulation is made. */
function trueLift(audience: readonly Shopper[], { days, margin, off }: CampaignRules, until: number): number {
  if (off === 0) return 0;
  let sum = 0;
  for (const shopper of audience) {
    const { active, repurchaseRate, offerResponse } = shopper.truth;
    const orders = active ? 1 - Math.exp(-repurchaseRate * until) : 0;
    const more = offerResponse * (until / days) * (margin - off) - orders * USES_CODE * off;
    sum += more * meanOrderOf(shopper);
  }
  return sum / audience.length;
}

/** The variance a shop would expect before it begins, from what orders earn; the campaign's own results are not in it. */
function expectedOf(
  audience: readonly Shopper[],
  { margin }: CampaignRules,
  sizes: { treated: number; held: number },
): number {
  const earned = audience.map((shopper) => meanOrderOf(shopper) * margin);
  return expectedVariance(sizes, earned.reduce((sum, profit) => sum + profit * profit, 0) / earned.length);
}

const nothing = (customers: number): GroupSums => ({
  customers,
  buyers: 0,
  orders: 0,
  revenue: 0,
  revenueSquares: 0,
  profit: 0,
  profitSquares: 0,
  discount: 0,
});

function within(interval: Interval | null, truth: number): boolean | null {
  return interval && interval.low <= truth && truth <= interval.high;
}
