import { now } from '#app/clock.server.ts';
import { noteAccess } from '#app/models/access-log.server.ts';
import { keepRequest, type CustomerQuestion } from '#app/models/data-requests.server.ts';
import { storedAbout, type StoredAbout, type StoredRow } from '#app/models/stored-about.server.ts';
import { formatDay } from '#app/rfm/calendar.ts';
import { formatDecimal } from '#app/rfm/money.ts';
import { step } from './step.server.ts';

const ABOUT =
  'Everything Rekindle stores about this customer. Names, e-mail addresses, phone numbers and postal addresses are ' +
  'not stored, unless the staff of the shop wrote one into their note, or the customer into an answer. Amounts are in the currency beside them, instants in UTC, days in the time zone of the shop.';

/**
 * customers/data_request: makes the file of everything that is stored about a customer, for the merchant to pass on
 * within 30 days, and logs that. A request that was answered before is not answered again.
 */
export async function makeDataFile(shopId: number, question: CustomerQuestion): Promise<void> {
  const { customerId, orderIds } = question;
  const madeAt = new Date(now()).toISOString();
  await step('data-request.make', () =>
    keepRequest(shopId, question, async (client) => {
      const stored = await storedAbout(client, shopId, customerId, orderIds);
      await noteAccess(client, shopId, null, 'data-request', [customerId]);
      return { about: ABOUT, customerId, madeAt, ...readable(stored) };
    }),
  );
}

/** What is stored, for people: each order with its refunds and line items, amounts with decimals, instants as text. */
function readable({ orders, refunds, lineItems, customer, scores, writtenToShopify, ...lists }: StoredAbout) {
  const refundsOf = Map.groupBy(refunds, orderOf);
  const itemsOf = Map.groupBy(lineItems, orderOf);
  return {
    customer: customer.map((row) => legible(row))[0] ?? null,
    scores: scores.map((row) => legible(row))[0] ?? null,
    writtenToShopify: writtenToShopify.map((row) => legible(row))[0] ?? null,
    orders: orders.map((order) => {
      const within = (row: StoredRow) => {
        const { orderId: _, ...rest } = legible(row, order.currency);
        return rest;
      };
      return {
        ...legible(order),
        refunds: (refundsOf.get(order.id) ?? []).map(within),
        lineItems: (itemsOf.get(order.id) ?? []).map(within),
      };
    }),
    ...Object.fromEntries(
      Object.entries(lists).map(([part, rows]) => [part, rows.map((row) => legible(row))]),
    ),
  };
}

const orderOf = (row: StoredRow): unknown => row.order_id;
const DAYS = new Set(['day', 'since', 'last_order_day', 'later_until', 'contacted_on']);
const AMOUNTS = new Set(['total', 'refunded', 'amount', 'monetary']);

function legible(row: StoredRow, currency: unknown = row.currency): StoredRow {
  const shown = Object.entries(row).map(([column, value]) => {
    const name = column.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    if (typeof value !== 'number') return [name, value];
    if (DAYS.has(column)) return [name, formatDay(value)];
    if (AMOUNTS.has(column)) return [name, formatDecimal(value, String(currency))];
    const instant = column === 'at' || column.endsWith('_at');
    return [name, instant ? new Date(value).toISOString() : value];
  });
  return Object.fromEntries(shown) as StoredRow;
}
