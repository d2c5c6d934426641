import { minorUnitDigits } from '#app/rfm/money.ts';
import type { FakeCustomer } from '../store-customers.ts';

/** What a customer is called in lists: name, else e-mail, else number. */
export function customerName(customer: FakeCustomer): string {
  return `${customer.firstName} ${customer.lastName}`.trim() || customer.email || `Customer #${customer.id}`;
}

/** Minor units as a person reads them. */
export function money(minor: number, currency: string): string {
  const style = { style: 'currency', currency } as const;
  return new Intl.NumberFormat('en', style).format(minor / 10 ** minorUnitDigits(currency));
}

/** An instant in the shop's zone. */
export function instant(ms: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(ms);
}

/** A whole number with separators. */
export function count(n: number): string {
  return n.toLocaleString('en');
}
