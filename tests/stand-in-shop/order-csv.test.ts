import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readOrderCsv } from '#tests/fake-shopify/order-csv.ts';
import { OrderCsvFault } from '#tests/fake-shopify/order-csv-fault.ts';
import { shopFromExport } from '#tests/fake-shopify/order-csv-shop.ts';

const folder = mkdtempSync(join(tmpdir(), 'order-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HEADER = 'Name,Email,Financial Status,Currency,Total,Created at,Cancelled at,Refunded Amount';
const ROW = '#1,a@b.example,paid,EUR,10.00,2026-01-02 03:04:05 +0000,,0.00';
const LINES = `${HEADER},Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Vendor`;

function file(text: string | Buffer, name = 'orders.csv'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
const read = (...rows: string[]) => readOrderCsv(file(rows.join('\n')));
const row = (changes: Partial<Record<string, string>>) =>
  HEADER.split(',')
    .map((name, i) => changes[name] ?? ROW.split(',')[i])
    .join(',');

describe('a Shopify order export', () => {
  it('gives each order its status, money and instants', async () => {
    const { currency, orders } = await read(
      HEADER,
      row({ 'Financial Status': 'partially_refunded', 'Refunded Amount': '2.5' }),
      row({
        Name: '#2',
        Total: '0.00',
        'Created at': '2026-01-02T00:00:00-03:30',
        'Cancelled at': '2026-01-03 00:00:00 +0900',
      }),
    );
    expect(currency).toBe('EUR');
    expect(orders[0]).toMatchObject({
      name: '#1',
      status: 'PARTIALLY_REFUNDED',
      total: 1000,
      refunded: 250,
      createdAt: Date.UTC(2026, 0, 2, 3, 4, 5),
      cancelledAt: null,
    });
    expect(orders[1]).toMatchObject({
      total: 0,
      createdAt: Date.UTC(2026, 0, 2, 3, 30),
      cancelledAt: Date.UTC(2026, 0, 2, 15),
    });
  });

  it('takes an e-mail in any case and spacing for one customer, and a blank one for a guest', async () => {
    const exported = await read(
      HEADER,
      row({}),
      row({ Name: '#2', Email: ' A@B.Example ' }),
      row({ Name: '#3', Email: ' ' }),
    );
    const shop = shopFromExport(exported, { domain: 'x.myshopify.com', name: 'X', timeZone: 'UTC' });
    expect([...shop.customers.values()].map(({ email }) => email)).toEqual(['a@b.example']);
    expect([...shop.orders.values()].map(({ customerId }) => customerId === null)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('takes rows of a known order without a Total for its line items, also between other orders', async () => {
    const { orders } = await read(
      LINES,
      `${ROW},2,Green tea,1.255,GT,Leaf`,
      `#1,,,,,,,,1,Mug,4.00,,Kiln`,
      `${row({ Name: '#2' })},,,,,`,
      `#1,,,,,,,,,Mug,4.00,,Kiln`,
    );
    expect(
      orders.map(({ lines }) => lines.map((line) => [line.product, line.quantity, line.amount])),
    ).toEqual([
      [
        ['GT', 2, 251],
        ['Mug', 1, 400],
        ['Mug', 1, 400],
      ],
      [],
    ]);
  });

  it('reads cells with commas, quotes and line breaks, a byte order mark, CRLF, blank lines and gzip', async () => {
    const quoted = `${ROW},1,"Tea, ""best""\nof all",4.00,,`;
    const text = `\uFEFF${LINES}\r\n${quoted}\r\n\r\n`;
    const { orders } = await readOrderCsv(file(gzipSync(text), 'orders.csv.gz'));
    expect(orders[0]?.lines[0]?.title).toBe('Tea, "best"\nof all');
  });

  it('names the columns it does not use once', async () => {
    const { ignoredColumns } = await read(`${HEADER},Shipping Zip,Notes`, `${ROW},1,2`);
    expect(ignoredColumns).toEqual(['Shipping Zip', 'Notes']);
  });
});

describe('an order export that cannot be used names the place and what to do', () => {
  const cases: [what: string, rows: string[], line: number, column: string | null, words: RegExp][] = [
    ['an empty file', [''], 1, null, /is empty/],
    ['a header alone', [HEADER, ''], 2, null, /no order/],
    ['a missing column', [HEADER.replace(',Total', ''), ROW], 1, 'Total', /missing\. Export the orders/],
    ['a column that is there twice', [`${HEADER},Total`, `${ROW},1`], 1, 'Total', /twice/],
    ['a row with a cell too few', [HEADER, ROW, '#2,a@b.example,paid'], 3, null, /3 cells.*has 8/],
    ['an open quote', [HEADER, ROW, '"#2,a'], 3, null, /cannot be read/],
    ['no name', [HEADER, row({ Name: '' })], 2, 'Name', /no order name/],
    ['a first row without Total', [HEADER, row({ Total: '' })], 2, 'Total', /no Total/],
    ['an order twice', [HEADER, ROW, row({ Name: '#2' }), ROW], 4, 'Name', /second time/],
    [
      'an unknown status',
      [HEADER, row({ 'Financial Status': 'free' })],
      2,
      'Financial Status',
      /"free".*paid/,
    ],
    ['no currency', [HEADER, row({ Currency: '' })], 2, 'Currency', /not a currency/],
    [
      'a second currency',
      [HEADER, ROW, row({ Name: '#2', Currency: 'USD' })],
      3,
      'Currency',
      /USD after EUR/,
    ],
    [
      'an amount in words',
      [HEADER, row({ Total: '1,000' }).replace('1,000', '"1,000"')],
      2,
      'Total',
      /"1,000"/,
    ],
    [
      'an amount below zero',
      [HEADER, row({ 'Refunded Amount': '-1.00' })],
      2,
      'Refunded Amount',
      /below zero/,
    ],
    [
      'a date without zone',
      [HEADER, row({ 'Created at': '2026-01-02 03:04:05' })],
      2,
      'Created at',
      /instant/,
    ],
    [
      'a day that is not',
      [HEADER, row({ 'Created at': '2026-02-30 00:00:00 +0000' })],
      2,
      'Created at',
      /calendar/,
    ],
    [
      'a month that is not',
      [HEADER, row({ 'Cancelled at': '2026-13-01 00:00:00 +0000' })],
      2,
      'Cancelled at',
      /cal/,
    ],
    ['a price in words', [LINES, `${ROW},1,Tea,free,,`], 2, 'Lineitem price', /not a price/],
    [
      'half a piece',
      [LINES, ROW + ',1,Tea,1.00,,', '#1,,,,,,,,0.5,Tea,1,,'],
      3,
      'Lineitem quantity',
      /quantity/,
    ],
  ];
  it.each(cases)('%s', async (_, rows, line, column, words) => {
    const fault = await read(...rows).catch((error: unknown) => error);
    if (!(fault instanceof OrderCsvFault)) throw new Error(`read without a fault: ${String(fault)}`);
    expect({ line: fault.line, column: fault.column }).toEqual({ line, column });
    expect(fault.message).toMatch(words);
    expect(fault.message).toContain(`orders.csv, line ${line}`);
  });

  it('a line break inside a cell does not shift the line of a later fault', async () => {
    const quoted = `${ROW},1,"Tea\nof all",4.00,,`;
    await expect(read(LINES, quoted, `${row({ Name: '#2', Total: 'x' })},,,,,`)).rejects.toMatchObject({
      line: 4,
    });
  });

  it.each([
    ['no file', 'nowhere.csv', null, /ENOENT.*Name a Shopify order export/],
    ['half a gzip', 'half.csv.gz', gzipSync(`${HEADER}\n${ROW}`).subarray(0, 60), /damaged/],
    [
      'another encoding',
      'latin.csv',
      Buffer.from(`${HEADER}\n${ROW.replace('a@', 'é@')}`, 'latin1'),
      /not UTF-8/,
    ],
  ])('%s', async (_, name, bytes, words) => {
    const path = bytes === null ? join(folder, name) : file(bytes, name);
    await expect(readOrderCsv(path)).rejects.toThrow(words);
  });
});

const reference = process.env.REFERENCE_DIR;
describe('the real exports', () => {
  it.skipIf(!reference).each([
    ['online-retail-orders.csv.gz', 'GBP', 20_725, 4_339],
    ['cdnow-sample-orders.csv.gz', 'USD', 6_919, 2_357],
  ])('%s is read whole (skipped without REFERENCE_DIR)', async (name, currency, orders, customers) => {
    const exported = await readOrderCsv(join(reference ?? '', 'data', name));
    const shop = shopFromExport(exported, { domain: 'x.myshopify.com', name, timeZone: 'UTC' });
    expect([shop.currency, shop.orders.size, shop.customers.size]).toEqual([currency, orders, customers]);
  });
});
