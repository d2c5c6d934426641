import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { APP_NAMESPACE } from './metafield-rules.ts';
import type { FakeCustomer } from './store-customers.ts';
import type { FakeShop } from './store.ts';

const HEADER = ['email', 'tags', 'rfm_segment', 'r', 'f', 'm'];

/**
 * Writes what a shop holds per customer as CSV (RFC 4180, UTF-8, CRLF): e-mail, tags joined by ", ", the slug
 * and the three digits of the profile; empty where there are none.
 */
export async function writeCustomersCsv(shop: FakeShop, file: string): Promise<void> {
  await pipeline(Readable.from(customersCsv(shop)), createWriteStream(file));
}

/** The rows of the file, each with its line end. */
export function* customersCsv(shop: FakeShop): Generator<string> {
  yield csvRow(HEADER);
  for (const customer of shop.customers.values()) {
    const profile = JSON.parse(metafield(customer, 'rfm_profile') || '{}') as Record<string, unknown>;
    const digits = ['r', 'f', 'm'].map((key) => String(profile[key] ?? ''));
    const texts = [customer.email ?? '', customer.tags.join(', '), metafield(customer, 'rfm_segment')];
    yield csvRow([...texts.map(inert), ...digits]);
  }
}

function metafield(customer: FakeCustomer, key: string): string {
  return customer.metafields.get(`${APP_NAMESPACE}.${key}`)?.value ?? '';
}

/**
 * A text that no spreadsheet takes for a formula: an apostrophe goes in front of what begins like one. A number stays
 * a number.
 */
export function inert(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) && !/^[+-]?\d+([.,]\d+)?$/.test(text) ? `'${text}` : text;
}

/** One row of RFC 4180: a cell with a comma, quote or line end is quoted, quotes in it are doubled. */
export function csvRow(cells: readonly string[]): string {
  const written = cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
  return `${written.join(',')}\r\n`;
}
