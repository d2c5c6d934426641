// The purchase cycle worked out slowly and obviously, with nothing of app/: one customer and one day after the other,
// months by the JavaScript date object. Rules stand here as PRODUCT words them.

type OracleCycle = { length: number; unit: 'days' | 'months' };
const DAY_MS = 86_400_000;

/** The same day of the month, months later; a month that has no such day ends it. */
function monthsLater(day: number, months: number): number {
  const date = new Date(day * DAY_MS);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months];
  const lastOfMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), lastOfMonth)) / DAY_MS;
}

/** "no counted order · lapsed ≥ n · about to lapse ≥ max(n−2, n/2) and > n/2 · late > n/2 · fresh", tested in turn. */
export function oracleState(lastDay: number | null, { length, unit }: OracleCycle, asOf: number): string {
  if (lastDay === null) return 'no-order';
  const at =
    unit === 'days'
      ? { whole: lastDay + length, less: lastDay + (length * 2) / 3, half: lastDay + length / 2 }
      : {
          whole: monthsLater(lastDay, length),
          less: monthsLater(lastDay, length - 2),
          half:
            (monthsLater(lastDay, Math.floor(length / 2)) + monthsLater(lastDay, Math.ceil(length / 2))) / 2,
        };
  if (asOf >= at.whole) return 'lapsed';
  if (asOf >= Math.max(at.less, at.half) && asOf > at.half) return 'about-to-lapse';
  return asOf > at.half ? 'late' : 'fresh';
}

/** The usual gaps of customers, each given by the days of the counted orders, sorted, in whole days rounded up. */
function oracleGaps(customers: Iterable<readonly number[]>): number[] {
  const gaps: number[] = [];
  for (const days of customers) {
    const sorted = days.toSorted((a, b) => a - b);
    const own = sorted.slice(1).map((day, i) => day - (sorted[i] as number));
    if (own.every((gap) => gap === 0)) continue;
    gaps.push(Math.ceil(own.reduce((sum, gap) => sum + gap, 0) / own.length));
  }
  return gaps.sort((a, b) => a - b);
}

/** The fewest days within which at least `part` of them have come back. */
function leastDays(gaps: readonly number[], part: number): number {
  for (let days = 0; ; days += 1) {
    if (gaps.filter((gap) => gap <= days).length >= gaps.length * part) return days;
  }
}

/** What a shop's gaps are like. */
export function oracleShopGaps(customers: ReadonlyMap<unknown, readonly number[]>, asOf: number) {
  const all = [...customers.values()].flat();
  const history = all.length === 0 ? 0 : asOf - all.reduce((a, b) => Math.min(a, b)) + 1;
  const gaps = oracleGaps(customers.values());
  const n = gaps.length;
  if (n === 0) return { customers: 0, history, days: null };
  const least = gaps[0] as number;
  const most = gaps[n - 1] as number;
  return {
    customers: n,
    history,
    days: {
      quarter: leastDays(gaps, 0.25),
      median: leastDays(gaps, 0.5),
      threeQuarters: leastDays(gaps, 0.75),
      from: gaps[Math.floor((n + 1) / 2 - 0.98 * Math.sqrt(n)) - 1] ?? least,
      to: gaps[Math.ceil((n + 1) / 2 + 0.98 * Math.sqrt(n)) - 1] ?? most,
    },
  };
}
