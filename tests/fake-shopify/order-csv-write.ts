import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { formatDecimal } from '#app/rfm/money.ts';
import { csvRow } from './export-csv.ts';
import { refundedOf, type FakeOrder } from './store-orders.ts';
import type { FakeShop } from './store.ts';

const HEADER =
  'Name,Email,Financial Status,Accepts Marketing,Currency,Total,Discount Code,Created at,Lineitem quantity,Lineitem name,Lineitem price,Cancelled at,Refunded Amount,Vendor,Source';

/**
 * Writes a shop's orders as Shopify's order export does, gzipped when the name ends in .gz. As in real exports
 * an e-mail is spelled as its owner typed it each time. The export has no word for test orders: they are left out.
 */
export async function writeOrderCsv(shop: FakeShop, file: string): Promise<void> {
  const rows = Readable.from(orderRows(shop));
  if (file.endsWith('.gz')) await pipeline(rows, createGzip(), createWriteStream(file));
  else await pipeline(rows, createWriteStream(file));
}

function* orderRows(shop: FakeShop): Generator<string> {
  yield `${HEADER}\n`;
  for (const order of shop.orders.values()) {
    if (order.test) continue;
    const [first, ...others] = order.lineItems;
    const customer = order.customerId === null ? undefined : shop.customers.get(order.customerId);
    const money = (minor: number) => formatDecimal(minor, shop.currency);
    const line = (item: FakeOrder['lineItems'][number] | undefined): [string, string, string] =>
      item === undefined
        ? ['', '', '']
        : [String(item.quantity), item.title, money(Math.round(item.amount / item.quantity))];
    yield csvRow([
      order.name,
      asTyped(customer?.email ?? '', order.id),
      order.financialStatus.toLowerCase(),
      customer?.emailState === 'SUBSCRIBED' ? 'yes' : 'no',
      shop.currency,
      money(order.total),
      order.discountCodes[0] ?? '',
      instant(order.processedAt),
      ...line(first),
      order.cancelledAt === null ? '' : instant(order.cancelledAt),
      money(refundedOf(order)),
      first?.vendor ?? '',
      order.sourceName,
    ]);
    for (const item of others) {
      const blank = Array.from({ length: 7 }, () => '');
      yield csvRow([order.name, ...blank, ...line(item), '', '', item.vendor ?? '', '']);
    }
  }
}

/** One order in three has its e-mail in capitals, one in three with a space behind it. */
function asTyped(email: string, id: number): string {
  if (id % 3 === 0) return email.toUpperCase();
  return id % 3 === 1 && email !== '' ? `${email} ` : email;
}

/** "2010-12-01 08:26:00 +0000". */
function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} +0000`;
}
