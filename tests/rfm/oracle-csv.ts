import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import type { OracleOrder } from './oracle.ts';

/**
 * Reads a Shopify order export (.csv or .csv.gz) the slow way, for currencies with two decimals. The first row of a
 * Name is the order, its other rows are line items; the customer is the e-mail address, trimmed and lower-cased.
 */
export function oracleOrdersFromCsv(path: string): OracleOrder[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const rows = parse(text, { columns: true, bom: true, relax_column_count: true }) as Record<
    string,
    string
  >[];
  const orders: OracleOrder[] = [];
  const names = new Set<string>();
  for (const row of rows) {
    const name = row['Name'] ?? '';
    if (names.has(name) && row['Total'] === '') continue;
    names.add(name);
    const email = (row['Email'] ?? '').trim().toLowerCase();
    const refunded = cents(row['Refunded Amount'] ?? '');
    orders.push({
      customer: email === '' ? null : email,
      processedAt: Date.parse(isoDate(row['Created at'] ?? '')),
      cancelled: (row['Cancelled at'] ?? '') !== '',
      test: false,
      financialStatus: (row['Financial Status'] ?? '').toUpperCase(),
      currency: row['Currency'] ?? '',
      total: cents(row['Total'] ?? ''),
      refunds: refunded === 0 ? [] : [{ at: null, amount: refunded }],
    });
  }
  return orders;
}

// "2010-12-01 08:26:00 +0000" → "2010-12-01T08:26:00+00:00"
function isoDate(text: string): string {
  return text.trim().replace(/^(\S+) (\S+) ([+-]\d\d):?(\d\d)$/, '$1T$2$3:$4');
}

function cents(text: string): number {
  return text.trim() === '' ? 0 : Math.round(Number(text) * 100);
}
