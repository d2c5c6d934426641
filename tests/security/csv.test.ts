import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRow, customersCsv, inert } from '#tests/fake-shopify/export-csv.ts';
import { addCustomer } from '#tests/fake-shopify/store-customers.ts';
import { emptyShop } from '#tests/shopify/connected-shop.ts';

const FORMULAS = [
  '=1+1',
  '+1+1',
  '-1+1',
  '@SUM(A1)',
  '	=1',
  '\r=1',
  '\n=1',
  '=HYPERLINK("http://evil.com","x")',
  "=cmd|' /C calc'!A0",
  '＝1+1',
  '＋1',
  '－1+1',
  '＠SUM(1)',
  '+49 30 1',
  '--1',
  '-',
  '=',
];

// Exports of the app hold numbers and slugs only (see members-file); the demo writes e-mails and tags.
describe('C6: a cell of an export', () => {
  it.each(FORMULAS)('given the text %j, then no spreadsheet runs it', (text) => {
    expect(inert(text)).toBe(`'${text}`);
  });

  it.each(['12', '-12', '+12.5', '-0,5', 'a=1', 'rfm:new', ''])(
    'given %j, then it stays as it is',
    (text) => {
      expect(inert(text)).toBe(text);
    },
  );

  it('given any cells, then reading the row gives them back', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 2 }), (cells) => {
        const [read] = parse(csvRow(cells), { record_delimiter: '\r\n', relax_column_count: true });
        expect(read).toEqual(cells);
      }),
      { numRuns: 40 },
    );
  });

  it('given a customer whose tag and address are formulas, then the file holds them as text', () => {
    const shop = emptyShop();
    addCustomer(shop, { createdAt: 0, email: '=x@evil.example', tags: ['@SUM(A1:A9)', 'b'] });
    expect([...customersCsv(shop)][1]).toBe(`'=x@evil.example,"'@SUM(A1:A9), b",,,,\r\n`);
  });
});
