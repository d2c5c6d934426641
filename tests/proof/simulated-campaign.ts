import { expectedSpread } from '#app/campaigns/expected-spread.ts';
import { campaignFigures, LEVEL, type CampaignFigures, type GroupSums } from '#app/campaigns/figures.ts';
import { holdOut, isHeldOut } from '#app/campaigns/hold-out.ts';
import { finalInterval } from '#app/campaigns/money-lift.ts';
import type { Interval } from '#app/campaigns/proportions.ts';
import { ORDERED, type Verdict } from '#app/campaigns/verdict.ts';
import type { RandomSource } from '#tests/fake-shopify/generator-random.ts';
import { meanOrderOf, type Shopper } from './shoppers.ts';
import { shop, trueLift, type Bought, type CampaignRules } from './simulated-orders.ts';

/** How a campaign goes on. */
export type CampaignCourse = CampaignRules & {
  /** after the launch customers join for so many days, 0 = all take part from the first day on */
  joinDays: number;
  /** somebody stops it as soon as an ordinary interval says that it worked */
  stopsWhenGood: boolean;
};

/** What came of one campaign, against what is true of its shoppers. */
export type Outcome = {
  /** Whether the truth lay within the last interval, by method; null = none could be given. */
  final: Record<'ours' | 'welch' | 'bootstrap', boolean | null>;
  endedEarly: boolean;
  /** Whether at every daily look the truth of that day lay within. */
  interim: boolean;
  /** Whether some look said "ahead so far". */
  ahead: boolean;
  verdict: Verdict;
  /** what a treated customer brought more in truth, minor units */
  truth: number;
};

type Member = { shopper: Shopper; joins: number; held: boolean };

/** Runs a campaign day by day, looks at it on each day, and says how the looks compare with the truth. */
export function simulateCampaign(
  random: RandomSource,
  audience: readonly Shopper[],
  course: CampaignCourse,
): Outcome {
  const members = joined(random, audience, course);
  const brought = new Float64Array(members.length);
  const ordered = new Set<number>();
  const seen = { treated: nothing(), held: nothing() };
  let expected: CampaignFigures['expected'] = null;
  /** members so far, and the mean square of what an order of theirs comes to */
  let [there, squares] = [0, 0];
  const open = new Map<number, Bought[]>();
  const pass = (day: number, joining: boolean): void => {
    const until = joining ? day : -1;
    for (; there < members.length && members[there]!.joins <= until; there += 1) {
      const { shopper, held } = members[there]!;
      seen[held ? 'held' : 'treated'].customers += 1;
      squares += meanOrderOf(shopper) ** 2;
      for (const one of shop(random, shopper, there, !held, course)) {
        const on = day + one.day;
        open.set(on, [...(open.get(on) ?? []), one]);
      }
    }
    for (const { member, profit } of open.get(day) ?? []) {
      const side = seen[members[member]!.held ? 'held' : 'treated'];
      const before = brought[member]!;
      brought[member] = before + profit;
      if (!ordered.has(member)) side.buyers += 1;
      ordered.add(member);
      side.profit = (side.profit ?? 0) + profit;
      side.profitSquares += (before + profit) ** 2 - before ** 2;
    }
  };
  /** What the app says of it by then. */
  const look = (final: boolean, endedEarly: boolean): CampaignFigures => {
    const { treated, held } = seen;
    expected ??= expectedSpread(
      { treated: treated.customers, held: held.customers },
      squares / there,
      course.margin,
    );
    return campaignFigures(
      {
        treated,
        held,
        strata: final ? strataOf(members.slice(0, there), brought, ordered) : [],
        arms: [],
        steps: [],
        movement: { treated: NO_MOVES, held: NO_MOVES },
        orders: { compared: 0, read: 0, costed: 0, enough: true },
      },
      {
        share: course.share,
        margin: course.margin,
        currency: 'EUR',
        expected,
        final,
        endedEarly,
        denied: null,
        random: () => random.next(),
      },
    );
  };
  const truthBy = (day: number): number => {
    let sum = 0;
    for (let i = 0; i < there; i += 1) {
      const { shopper, joins } = members[i]!;
      sum += trueLift(shopper, course, day + 1 - joins);
    }
    return sum / there;
  };
  let [interim, ahead] = [true, false];
  let stoppedOn: number | null = null;
  const last = (): number => (stoppedOn ?? Math.max(0, course.joinDays - 1)) + course.days;
  for (let day = 0; day < last(); day += 1) {
    pass(day, stoppedOn === null);
    if (day === last() - 1) break;
    const { profit, verdict } = look(false, false);
    if (profit !== null && within(profit, truthBy(day)) === false) interim = false;
    ahead ||= verdict === 'worked';
    if (course.stopsWhenGood && stoppedOn === null && day < course.joinDays - 1 && looksGood(seen))
      stoppedOn = day;
  }
  const endedEarly = stoppedOn !== null;
  const truth = truthBy(last() - 1);
  const { profit, beside, verdict } = look(true, endedEarly);
  return {
    final: {
      ours: within(profit, truth),
      welch: within(beside?.welch ?? null, truth),
      bootstrap: within(beside?.bootstrap ?? null, truth),
    },
    endedEarly,
    interim,
    ahead,
    verdict,
    truth,
  };
}

/** Who takes part from which day on, in the order in which they join: some are there at the launch, others drawn one by one. */
function joined(random: RandomSource, audience: readonly Shopper[], course: CampaignCourse): Member[] {
  const { joinDays, share } = course;
  const days = audience.map(() => (joinDays === 0 || random.chance(0.4) ? 0 : random.int(1, joinDays - 1)));
  const batches = Map.groupBy(audience.keys(), (i) => days[i]!);
  return [...batches.entries()]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([joins, its]) => {
      const places = new Map<string, number>();
      const drawn = its.map((i) => ({ customerId: i, stratum: audience[i]!.segment, hash: random.next() }));
      const held =
        joins > 0
          ? new Set(drawn.filter(({ hash }) => isHeldOut(hash, share)).map(({ customerId }) => customerId))
          : holdOut(drawn, share, (stratum) => {
              const known = places.get(stratum) ?? random.next();
              places.set(stratum, known);
              return known;
            });
      return its.map((i) => ({ shopper: audience[i]!, joins, held: held.has(i) }));
    });
}

/** Whether whoever looks with an interval that is meant for one look would say that it worked. */
function looksGood({ treated, held }: { treated: GroupSums; held: GroupSums }): boolean {
  if (Math.min(treated.buyers, held.buyers) < ORDERED) return false;
  const side = ({ customers, buyers, profit, profitSquares }: GroupSums) => ({
    customers,
    buyers,
    sum: profit ?? 0,
    squares: profitSquares,
  });
  return (finalInterval(side(treated), side(held), LEVEL)?.low ?? 0) > 0;
}

const NO_MOVES = { of: 0, better: 0, worse: 0 };

/** What each buyer brought, by segment and side. */
function strataOf(members: readonly Member[], brought: Float64Array, ordered: ReadonlySet<number>) {
  const strata = Map.groupBy(
    members.map(({ shopper, held }, i) => ({
      segment: shopper.segment,
      held,
      profit: ordered.has(i) ? brought[i]! : null,
    })),
    ({ segment }) => segment,
  );
  return [...strata.values()].map((its) => {
    const side = (isHeld: boolean) => {
      const of = its.filter(({ held }) => held === isHeld);
      return { customers: of.length, values: of.flatMap(({ profit }) => profit ?? []) };
    };
    return { treated: side(false), held: side(true) };
  });
}

const nothing = (): GroupSums => ({
  customers: 0,
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
