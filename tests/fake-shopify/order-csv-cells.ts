import { minorUnitDigits, parseMinorUnits } from '#app/rfm/money.ts';
import type { FinancialStatus } from './store-orders.ts';

/** A cell that cannot be read: what is wrong with it and what to do. The row adds file, line and column. */
export class CellFault extends Error {
  readonly todo: string;

  constructor(what: string, todo: string) {
    super(what);
    this.todo = todo;
  }
}

const STATUSES: Readonly<Record<string, FinancialStatus>> = {
  authorized: 'AUTHORIZED',
  expired: 'EXPIRED',
  paid: 'PAID',
  partially_paid: 'PARTIALLY_PAID',
  partially_refunded: 'PARTIALLY_REFUNDED',
  pending: 'PENDING',
  refunded: 'REFUNDED',
  voided: 'VOIDED',
};

/** Financial Status, in the export's lower-case words. */
export function readStatus(cell: string): FinancialStatus {
  const status = STATUSES[cell.trim().toLowerCase()];
  if (status === undefined) {
    throw new CellFault(
      `"${cell}" is no financial status`,
      `Use one of ${Object.keys(STATUSES).join(', ')}.`,
    );
  }
  return status;
}

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.\d+)? ?(?:Z|([+-])(\d\d):?(\d\d))$/;

/** "2010-12-01 08:26:00 +0000" as epoch milliseconds; ISO 8601 with a zone is taken too. */
export function readInstant(cell: string): number {
  const parts = INSTANT.exec(cell.trim());
  const todo = 'Write it as Shopify does: 2026-01-31 18:05:00 +0900.';
  if (parts === null) throw new CellFault(`"${cell}" is not an instant`, todo);
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  const offsetMinutes = Number(parts[8] ?? 0) * 60 + Number(parts[9] ?? 0);
  // Date.UTC rolls 31 February over into March; an export with such a day is broken, not early.
  const rolled = new Date(local).getUTCDate() !== day || hour > 23 || minute > 59 || second > 59;
  if (month < 1 || month > 12 || rolled || offsetMinutes > 14 * 60) {
    throw new CellFault(`"${cell}" is not on the calendar`, todo);
  }
  return local - (parts[7] === '-' ? -offsetMinutes : offsetMinutes) * 60_000;
}

/** Three capital letters that name a currency. */
export function readCurrency(cell: string): string {
  const todo = 'Use an ISO 4217 code such as USD.';
  if (!/^[A-Z]{3}$/.test(cell)) throw new CellFault(`"${cell}" is not a currency`, todo);
  return cell;
}

/** An amount of money, zero or more, as integer minor units of `currency`. */
export function readAmount(cell: string, currency: string): number {
  const todo = `Write it as a plain decimal of ${currency}, such as ${(0).toFixed(minorUnitDigits(currency))}.`;
  let amount: number;
  try {
    amount = parseMinorUnits(cell.trim(), currency);
  } catch {
    throw new CellFault(`"${cell}" is not an amount`, todo);
  }
  if (amount < 0) throw new CellFault(`"${cell}" is below zero`, todo);
  return amount;
}

/** What a line cost in minor units: a whole quantity times a unit price, which may be finer than the money. */
export function readLineAmount(quantity: number, price: string, currency: string): number {
  if (!/^-?\d+(\.\d+)?$/.test(price.trim())) {
    throw new CellFault(`"${price}" is not a price`, 'Write it as a plain decimal, such as 4.50.');
  }
  return Math.round(quantity * Number(price) * 10 ** minorUnitDigits(currency));
}

/** A whole number of pieces; blank is one. */
export function readQuantity(cell: string): number {
  if (cell.trim() === '') return 1;
  const quantity = Number(cell);
  if (!Number.isSafeInteger(quantity) || quantity < 0) {
    throw new CellFault(`"${cell}" is not a quantity`, 'Write it as a whole number, such as 2.');
  }
  return quantity;
}
