import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';

/** Two files as Shopify's bulk operations write them, and what is in them. */
export type ExportFiles = {
  orders: number;
  customers: number;
  /** lines of the details export */
  lines: number;
  /** the slim export: one line an order */
  slim: string;
  /** the details export: one line an order and one a line item, children anywhere */
  details: string;
};

/** Lines among which a child may stand away from its parent. */
const SHUFFLE_WINDOW = 20_000;
const FIRST_DAY = Date.UTC(2021, 0, 1);
const DAYS = 1500;
const DAY_MS = 86_400_000;
const SOURCES = ['direct', 'Google', 'Instagram', 'an unknown source', 'tea-and-clay.example'];

/** Writes both exports of `orders` seeded orders (about 4 a customer, 1.75 lines an order) into `folder`. */
export async function writeExportFiles(folder: string, orders: number): Promise<ExportFiles> {
  const customers = Math.max(1, Math.round(orders / 4));
  const slim = join(folder, 'slim.jsonl');
  const details = join(folder, 'details.jsonl');
  const random = seeded(20_261_122);
  const slimFile = lineWriter(slim);
  const detailsFile = lineWriter(details);
  const waiting: string[] = [];
  let lines = 0;
  for (let i = 0; i < orders; i++) {
    const order = orderAt(i, customers, random);
    await slimFile.write(order.slim);
    lines += order.details.length;
    for (const line of order.details) {
      // A full window gives out a random line for each that comes in.
      if (waiting.length < SHUFFLE_WINDOW) {
        waiting.push(line);
        continue;
      }
      const place = Math.floor(random() * SHUFFLE_WINDOW);
      await detailsFile.write(waiting[place]!);
      waiting[place] = line;
    }
  }
  for (const line of waiting) await detailsFile.write(line);
  await slimFile.end();
  await detailsFile.end();
  return { orders, customers, lines, slim, details };
}

function orderAt(i: number, customers: number, random: () => number): { slim: string; details: string[] } {
  const id = 5_000_000_000_000 + i * 32_768;
  const at = FIRST_DAY + Math.floor(random() * DAYS) * DAY_MS + Math.floor(random() * 86_400) * 1000;
  const processed = instant(at);
  const customer = 6_000_000_000_000 + Math.floor(random() ** 2 * customers) * 32_768;
  const total = (5 + random() * 250).toFixed(2);
  const refunded = random() < 0.05 ? total : '0.0';
  const status = refunded === '0.0' ? (random() < 0.03 ? 'PENDING' : 'PAID') : 'REFUNDED';
  const cancelled = random() < 0.02 ? `"${instant(at + DAY_MS)}"` : 'null';
  const buyer = random() < 0.04 ? 'null' : `{"id":"${gid('Customer', customer)}"}`;
  const slim =
    `{"id":"${gid('Order', id)}","createdAt":"${processed}","updatedAt":"${instant(at + 3 * DAY_MS)}"` +
    `,"processedAt":"${processed}","cancelledAt":${cancelled},"test":${random() < 0.01}` +
    `,"displayFinancialStatus":"${status}","totalPriceSet":${money(total)},"totalRefundedSet":${money(refunded)}` +
    `,"customer":${buyer}}`;
  const refund = `{"id":"${gid('Refund', id + 7)}","createdAt":"${instant(at + 2 * DAY_MS)}","totalRefundedSet":${money(total)}}`;
  const details = [
    `{"id":"${gid('Order', id)}","updatedAt":"${instant(at + 3 * DAY_MS)}","sourceName":"${random() < 0.2 ? 'pos' : 'web'}"` +
      `,"attribution":${random() < 0.5 ? 'null' : '{"handle":"online-store"}'},"customerJourneySummary":${i % 10 < 3 ? 'null' : visits(i)}` +
      `,"purchasingEntity":{}` +
      `,"discountCodes":${random() < 0.15 ? '["WELCOME10"]' : '[]'},"refunds":[${refunded === '0.0' ? '' : refund}]}`,
  ];
  for (let n = random() < 0.5 ? 1 : random() < 0.5 ? 2 : 3, line = 1; line <= n; line++) {
    const product = Math.floor(random() ** 2 * 3000);
    details.push(
      `{"id":"${gid('LineItem', id + 100 + line)}","quantity":${1 + Math.floor(random() * 3)}` +
        `,"discountedTotalSet":${money((1 + random() * 90).toFixed(2))}` +
        `,"product":{"id":"${gid('Product', 7_000_000_000_000 + product)}","title":"Product number ${product}"` +
        `,"productType":"Type ${product % 40}","vendor":"Vendor ${product % 25}"}` +
        `,"__parentId":"${gid('Order', id)}"}`,
    );
  }
  return { slim, details };
}

function gid(kind: string, id: number): string {
  return `gid:\\/\\/shopify\\/${kind}\\/${id}`;
}

/** What brought the first and the last visit before an order: for half of them the same. */
function visits(i: number): string {
  const [first, last] = [SOURCES[i % SOURCES.length], SOURCES[(i % 2) * (i % SOURCES.length)]];
  return `{"firstVisit":{"source":"${first}"},"lastVisit":{"source":"${last}"}}`;
}

function money(amount: string): string {
  return `{"shopMoney":{"amount":"${amount}","currencyCode":"EUR"}}`;
}

function instant(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** Mulberry32: the same numbers on every machine. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function lineWriter(path: string) {
  const file = createWriteStream(path, { highWaterMark: 1 << 20 });
  let pending: string[] = [];
  const flush = async () => {
    const full = !file.write(pending.join(''));
    pending = [];
    if (full) await once(file, 'drain');
  };
  return {
    async write(line: string) {
      pending.push(line, '\n');
      if (pending.length >= 8192) await flush();
    },
    async end() {
      await flush();
      file.end();
      await once(file, 'finish');
    },
  };
}
