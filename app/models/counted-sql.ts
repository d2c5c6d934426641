import type { CountingRules } from '#app/rfm/order.ts';

/**
 * Which orders count, SQL over orders o: as rfm/order leftOutReason has it for customers' orders, without refunds of later
 * days.
 * @param currency an expression: ISO 4217
 */
export function countsSql(o: string, currency: string, rules: CountingRules): string {
  const paid = `coalesce(${o}.financial_status in ('PAID', 'PARTIALLY_PAID', 'PARTIALLY_REFUNDED'), false)`;
  const conditions = [
    `${o}.currency = ${currency}`,
    ...(rules.countTest ? [] : [`not ${o}.test`]),
    ...(rules.countCancelled ? [] : [`${o}.cancelled_at is null`]),
    ...(rules.countUnpaid ? [] : [paid]),
    ...(rules.countZero ? [] : [`${o}.total > ${o}.refunded`]),
  ];
  return conditions.join(' and ');
}
