import * as fc from 'fast-check';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { parseDay } from '#app/rfm/calendar.ts';
import { dueDate } from '#app/rfm/due-date.ts';
import { cycleDays, cycleState, suggestCycle, type Cycle } from '#app/rfm/purchase-cycle.ts';
import { shopGaps } from '#app/rfm/shop-gaps.ts';
import { oracleShopGaps, oracleState } from './cycle-oracle.ts';
import { order, statsOf } from './given.ts';
import { oracleCounted } from './oracle.ts';
import { oracleOrdersFromCsv } from './oracle-csv.ts';

const AS_OF = 1000;
/** Orders of 40 customers as [customer, days ago, whether it counts]. */
const shop = fc.array(fc.tuple(fc.nat(40), fc.integer({ min: -3, max: 700 }), fc.boolean()), {
  maxLength: 200,
});

/** The days of the counted orders of each customer. */
function daysByCustomer<K>(orders: Iterable<readonly [K, number]>): Map<K, number[]> {
  const days = new Map<K, number[]>();
  for (const [customer, day] of orders) days.set(customer, [...(days.get(customer) ?? []), day]);
  return days;
}

describe('the usual gaps of a shop', () => {
  it('given any orders, in any order, then they are those that are worked out slowly', () => {
    fc.assert(
      fc.property(shop, fc.option(fc.integer({ min: 30, max: 800 }), { nil: null }), (orders, windowDays) => {
        const stats = statsOf(
          orders.map(([customer, ago, counts]) => order(AS_OF - ago, customer + 1, { test: !counts })),
          { windowDays },
        );
        const counted = orders
          .filter(([, ago, counts]) => counts && ago >= 0 && ago < (windowDays ?? Infinity))
          .map(([customer, ago]) => [customer, AS_OF - ago] as const);
        expect(shopGaps(stats)).toEqual(oracleShopGaps(daysByCustomer(counted), AS_OF));
      }),
      { numRuns: 500 },
    );
  });

  it('given customers whose orders all lie on one day, then they have no gap and count like one order', () => {
    const stats = statsOf([order(900, 1), order(900, 1), order(900, 2), order(950, 3), order(990, 3)]);
    expect(shopGaps(stats)).toMatchObject({ customers: 1, history: 101, days: { median: 40 } });
  });

  it('given nobody with a counted order, then nothing is said', () => {
    expect(shopGaps(statsOf([]))).toEqual({ customers: 0, history: 0, days: null });
    expect(shopGaps(statsOf([order(900, 1, { test: true })]))).toMatchObject({ customers: 0, days: null });
  });

  it('given any number of customers from 30 on, then the interval holds the true median in 94 to 98 of 100 shops', () => {
    for (const n of [30, 31, 47, 64, 100, 333, 1000]) {
      // Customer i has a gap of i days, so that the ends of the interval tell their ranks.
      const stats = statsOf(
        Array.from({ length: n }, (_, i) => [order(2000, i + 1), order(2001 + i, i + 1)]).flat(),
        { asOf: 4000 },
      );
      const { from, to } = shopGaps(stats).days!;
      // Each customer's gap is below the true median with one half; the median lies between ranks r and s when at
      // least r and at most s − 1 of them are.
      const half = Math.log(0.5) * n;
      let choose = 0;
      let inside = 0;
      for (let below = 0; below <= n; below += 1) {
        if (below >= from && below < to) inside += Math.exp(choose + half);
        choose += Math.log(n - below) - Math.log(below + 1);
      }
      expect(inside, `${n} customers`).toBeGreaterThan(0.94);
      expect(inside, `${n} customers`).toBeLessThan(0.98);
    }
  });
});

const dir = process.env['REFERENCE_DIR'];
type Noted = readonly [customer: string, day: number];

const read = new Map<string, Noted[]>();
/** The counted orders of an export; each file is read once. */
function exported(name: string, shop: { asOf: string; timeZone: string; currency: string }): Noted[] {
  const orders =
    read.get(name) ??
    oracleCounted(oracleOrdersFromCsv(join(dir ?? '', 'data', name)), shop).map(
      ({ customer, day }): Noted => [customer, day],
    );
  read.set(name, orders);
  return orders;
}

function ofThePackage(): Noted[] {
  const rows = parse(readFileSync(join(dir ?? '', 'data/rfm-r-orders.csv')), { columns: true }) as Record<
    string,
    string
  >[];
  return rows.map((row) => [row['customer_id'] ?? '', parseDay(row['order_date'] ?? '')]);
}

const SHOPS = [
  {
    name: 'CDNOW',
    asOf: '1998-06-30',
    orders: () =>
      exported('cdnow-sample-orders.csv.gz', { asOf: '1998-06-30', timeZone: 'UTC', currency: 'USD' }),
    gaps: { customers: 1139, median: 78 },
  },
  {
    name: 'Online Retail',
    asOf: '2011-12-10',
    orders: () =>
      exported('online-retail-orders.csv.gz', {
        asOf: '2011-12-10',
        timeZone: 'Europe/London',
        currency: 'GBP',
      }),
    gaps: { customers: 2783, median: 55 },
  },
  {
    name: 'the orders of the R package rfm',
    asOf: '2006-12-31',
    orders: ofThePackage,
    gaps: { customers: 953, median: 149 },
  },
];

describe.skipIf(!dir)('the purchase cycle of published shops (skipped without REFERENCE_DIR)', () => {
  it.each(SHOPS)(
    'given $name, then its gaps and the state of each customer are those worked out slowly',
    ({ asOf: day, orders, gaps }) => {
      const asOf = parseDay(day);
      const customers = daysByCustomer(orders());
      const numbers = [...customers.keys()];
      const stats = statsOf(
        numbers.flatMap((name, i) => (customers.get(name) ?? []).map((at) => order(at, i + 1))),
        { asOf },
      );
      const measured = shopGaps(stats);
      expect(measured).toEqual(oracleShopGaps(customers, asOf));
      expect({ customers: measured.customers, median: measured.days?.median }).toEqual(gaps);
      const suggested = suggestCycle(measured);
      const cycles: Cycle[] = [
        { length: suggested.kind === 'days' ? suggested.length : 0, unit: 'days' },
        ...[1, 3, 4, 6, 9, 12].map((length) => ({ length, unit: 'months' as const })),
      ];
      for (const cycle of cycles) {
        const begins = cycleDays(cycle, asOf);
        const others = numbers.filter((name, i) => {
          const last = stats.lastDay[stats.rowOf(i + 1)] as number;
          const slow = oracleState(Math.max(...(customers.get(name) ?? [])), cycle, asOf);
          return cycleState(last, begins) !== slow;
        });
        expect({ cycle, others }).toEqual({ cycle, others: [] });
      }
    },
  );

  it.each(SHOPS)(
    'given $name and each customer without the last day of orders, then about half came by their due day, and about half between the two days around it',
    ({ orders, gaps: { median } }) => {
      let [all, by, around] = [0, 0, 0];
      for (const days of daysByCustomer(orders()).values()) {
        const last = Math.max(...days);
        const before = days.filter((day) => day < last);
        if (before.length === 0) continue;
        const first = Math.min(...before);
        const gaps = before.length - 1;
        const latest = Math.max(...before);
        const due = dueDate(latest, gaps === 0 ? null : { days: (latest - first) / gaps, gaps }, median);
        all += 1;
        if (last <= due.on) by += 1;
        if (last >= due.from && last <= due.to) around += 1;
      }
      expect(all).toBeGreaterThan(900);
      expect(by / all).toBeGreaterThan(0.45);
      expect(by / all).toBeLessThan(0.55);
      expect(around / all).toBeGreaterThan(0.39);
      expect(around / all).toBeLessThan(0.55);
    },
  );
});
