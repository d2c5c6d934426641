import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { parseDay, zoneDays } from '#app/rfm/calendar.ts';
import { createStats, type CustomerStats } from '#app/rfm/customer-stats.ts';
import { parseMinorUnits } from '#app/rfm/money.ts';
import { DEFAULT_RULES, type FinancialStatus } from '#app/rfm/order.ts';
import { segmentNumbers, segmentOf, slugOfNumber, TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { chooseFrequencyMethod, scoreCustomers, scoreWith } from '#app/rfm/scores.ts';
import { oracleScores, type OracleOrder } from './oracle.ts';
import { oracleOrdersFromCsv } from './oracle-csv.ts';

const dir = process.env['REFERENCE_DIR'];
const file = (name: string): string => join(dir ?? '', name);

type Row = Record<string, string>;
const exports = new Map<string, OracleOrder[]>();
/** Orders of an export; each file is read once. */
function ordersOf(name: string): OracleOrder[] {
  const orders = exports.get(name) ?? oracleOrdersFromCsv(file(name));
  exports.set(name, orders);
  return orders;
}

const readCsv = (name: string): Row[] => parse(readFileSync(file(name)), { columns: true }) as Row[];

/** Folds orders noted by customer name; customers get the numbers 1, 2, 3 … */
function fold(
  orders: readonly OracleOrder[],
  shop: { asOf: string; timeZone: string; currency: string; countZero: boolean },
): { stats: CustomerStats; rowOf: (customer: string) => number } {
  const numbers = new Map<string, number>();
  const stats = createStats({
    asOf: parseDay(shop.asOf),
    windowDays: null,
    currency: shop.currency,
    rules: { ...DEFAULT_RULES, countZero: shop.countZero },
    dayOf: zoneDays(shop.timeZone),
  });
  for (const order of orders) {
    if (order.customer !== null && !numbers.has(order.customer)) {
      numbers.set(order.customer, numbers.size + 1);
    }
    stats.add(
      {
        customerId: order.customer === null ? null : (numbers.get(order.customer) ?? 0),
        processedAt: order.processedAt,
        cancelledAt: order.cancelled ? order.processedAt : null,
        test: order.test,
        financialStatus: order.financialStatus as FinancialStatus,
        currency: order.currency,
        total: order.total,
        refunded: order.refunds.reduce((sum, { amount }) => sum + amount, 0),
      },
      0,
    );
  }
  const finished = stats.finish();
  return { stats: finished, rowOf: (customer) => finished.rowOf(numbers.get(customer) ?? 0) };
}

/** Compares every row of a published score file with the product's scores among all customers. */
function expectPublished(
  published: Row[],
  key: (row: Row) => string,
  { stats, rowOf }: ReturnType<typeof fold>,
): void {
  const scored = scoreCustomers(stats, 'all-customers');
  const ours = published.map((row) => {
    const i = rowOf(key(row));
    return {
      customer: key(row),
      recency_days: stats.asOf - (stats.lastDay[i] ?? 0),
      frequency: stats.frequency[i],
      monetary: stats.monetary[i],
      scores: [scored.r[i], scored.f[i], scored.m[i]].join(),
    };
  });
  const theirs = published.map((row) => ({
    customer: key(row),
    recency_days: Number(row['recency_days']),
    frequency: Number(row['frequency']),
    monetary: parseMinorUnits(row['monetary'] ?? '', 'USD'),
    scores: [row['R'], row['F'], row['M']].join(),
  }));
  expect(scored.scored).toBe(published.length);
  expect(ours).toEqual(theirs);
}

describe.skipIf(!dir)('published scores (skipped without REFERENCE_DIR)', () => {
  it('reproduces every row of the R package’s orders as of 2006-12-31', () => {
    const orders = readCsv('data/rfm-r-orders.csv').map((row): OracleOrder => ({
      customer: row['customer_id'] ?? '',
      processedAt: Date.parse(`${row['order_date']}T12:00:00Z`),
      cancelled: false,
      test: false,
      financialStatus: 'PAID',
      currency: 'USD',
      total: parseMinorUnits(row['revenue'] ?? '', 'USD'),
      refunds: [],
    }));
    const shop = { asOf: '2006-12-31', timeZone: 'UTC', currency: 'USD', countZero: false };
    const published = readCsv('anchors/rfm-r-orders-scores-2006-12-31.csv');
    expect(published).toHaveLength(995);
    expectPublished(published, (row) => row['customer_id'] ?? '', fold(orders, shop));
  });

  it('reproduces every row of the CDNOW sample as of 1997-09-30, same-day purchases merged', () => {
    const merged = new Map<string, OracleOrder>();
    for (const order of ordersOf('data/cdnow-sample-orders.csv.gz')) {
      const key = `${order.customer} ${Math.floor(order.processedAt / 86_400_000)}`;
      const sameDay = merged.get(key);
      merged.set(key, sameDay ? { ...sameDay, total: sameDay.total + order.total } : order);
    }
    const shop = { asOf: '1997-09-30', timeZone: 'UTC', currency: 'USD', countZero: true };
    const published = readCsv('anchors/cdnow-sample-scores-1997-09-30.csv');
    expect(published).toHaveLength(2357);
    expectPublished(
      published,
      (row) => `c${row['customer_id']}@shop.example`,
      fold([...merged.values()], shop),
    );
  });

  const shops = [
    { csv: 'online-retail-orders.csv.gz', asOf: '2011-12-10', timeZone: 'Europe/London', currency: 'GBP' },
    { csv: 'online-retail-orders.csv.gz', asOf: '2011-06-30', timeZone: 'Pacific/Auckland', currency: 'GBP' },
    { csv: 'cdnow-sample-orders.csv.gz', asOf: '1998-06-30', timeZone: 'America/New_York', currency: 'USD' },
  ];
  it.each(shops)('gives every customer of $csv as of $asOf in $timeZone what the oracle gives', (shop) => {
    const orders = ordersOf(`data/${shop.csv}`);
    const answer = oracleScores(orders, { ...shop, prefix: 'rfm' });
    const { stats, rowOf } = fold(orders, { ...shop, countZero: false });
    const method = chooseFrequencyMethod(stats.frequency, stats.n);
    const scored = scoreCustomers(stats, method);
    const numbers = segmentNumbers(TEN_SEGMENTS, scored);
    expect(method).toBe(answer.method);
    expect([stats.counts.read, stats.counts.counted]).toEqual([answer.read, answer.counted]);
    expect(scored.scored).toBe(answer.scores.size);
    for (const [customer, expected] of answer.scores) {
      const i = rowOf(customer);
      const own = {
        recencyDays: stats.asOf - (stats.lastDay[i] ?? 0),
        frequency: stats.frequency[i] ?? 0,
        monetary: stats.monetary[i] ?? 0,
      };
      const scores = { r: scored.r[i], f: scored.f[i], m: scored.m[i] };
      const segment = slugOfNumber(TEN_SEGMENTS, numbers[i] ?? 0);
      expect({ ...scores, ...own, segment, tag: `rfm:${segment}`, among: 'main' }, customer).toEqual(
        expected,
      );
      expect(scoreWith(scored.cutPoints, own), customer).toEqual(scores);
    }
  });

  it('names every cell of the ten-segment grid as the published map does', () => {
    type Map10 = { id: string; segments: { name: string; ranges: { R: number[]; F: number[] }[] }[] };
    const maps = JSON.parse(readFileSync(file('anchors/segment-maps.json'), 'utf8')) as { schemes: Map10[] };
    const published = maps.schemes.find(({ id }) => id === 'clevertap-10');
    const cells = (published?.segments ?? []).flatMap(({ name, ranges }) =>
      ranges.flatMap(({ R, F }) =>
        [1, 2, 3, 4, 5].flatMap((r) =>
          [1, 2, 3, 4, 5]
            .filter((f) => r >= (R[0] ?? 9) && r <= (R[1] ?? 0) && f >= (F[0] ?? 9) && f <= (F[1] ?? 0))
            .map((f) => ({ r, f, name })),
        ),
      ),
    );
    const plain = (name: string): string =>
      name
        .toLowerCase()
        .replace(' users', '')
        .replace(/[^a-z]/g, '');
    expect(cells).toHaveLength(25);
    for (const { r, f, name } of cells) {
      expect(plain(segmentOf(TEN_SEGMENTS, { r, f, m: 1 })), `R${r} F${f}`).toBe(plain(name));
    }
  });
});
