import { createReadStream } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { scanOrderDetails } from '#app/shopify/order-details-export.server.ts';
import { scanOrders } from '#app/shopify/order-export.server.ts';
import type { ExportFiles } from './export-files.ts';

/** Seconds, all of one round over the same files. */
export type ScanRound = {
  /** reading, splitting and JSON.parse of every line */
  parseSlim: number;
  parseDetails: number;
  /** into column batches that are then dropped */
  scanSlim: number;
  scanDetails: number;
  /** DuckDB on one thread, read_json with the columns given, summed up */
  duckdbSlim: number;
};

const PIECE = 256 * 1024;
const NEWLINE = 10;

/** The bytes of a file in pieces of 256 KB, as a download gives them. */
export function piecesOf(path: string): AsyncIterable<Uint8Array> {
  return createReadStream(path, { highWaterMark: PIECE });
}

/** Runs every way once, interleaved. */
export async function measureScan(files: ExportFiles): Promise<ScanRound> {
  return {
    parseSlim: await seconds(() => parseEveryLine(files.slim)),
    scanSlim: await seconds(() => scanSlim(files)),
    duckdbSlim: await seconds(() => duckdb(files.slim)),
    parseDetails: await seconds(() => parseEveryLine(files.details)),
    scanDetails: await seconds(() => scanDetails(files)),
  };
}

/** Reads, splits and parses every line and drops it: the yardstick. Returns how many there were. */
export async function parseEveryLine(path: string): Promise<number> {
  let lines = 0;
  let rest = Buffer.alloc(0);
  for await (const piece of piecesOf(path)) {
    const bytes = rest.length === 0 ? Buffer.from(piece) : Buffer.concat([rest, piece]);
    let from = 0;
    for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
      JSON.parse(bytes.toString('utf8', from, to));
      lines++;
      from = to + 1;
    }
    rest = bytes.subarray(from);
  }
  return lines;
}

async function scanSlim({ slim, orders }: ExportFiles): Promise<void> {
  let rows = 0;
  const sink = {
    orders: async (batch: { length: number }) => void (rows += batch.length),
    malformed: refuse,
  };
  await scanOrders(piecesOf(slim), sink);
  if (rows !== orders) throw new Error(`${rows} of ${orders} orders were read`);
}

async function scanDetails({ details, orders }: ExportFiles): Promise<void> {
  const drop = async () => {};
  const counts = await scanOrderDetails(piecesOf(details), {
    details: drop,
    refunds: drop,
    lineItems: drop,
    products: drop,
    malformed: refuse,
  });
  if (counts.rootLines !== orders) throw new Error(`${counts.rootLines} of ${orders} orders were read`);
}

function refuse(line: { lineNumber: number; reason: string }): never {
  throw new Error(`line ${line.lineNumber}: ${line.reason}`);
}

async function duckdb(path: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run(
    `select count(*), count(customer.id), max("createdAt"), max("processedAt"), max("updatedAt"),
       max("cancelledAt"), count(*) filter (test), max("displayFinancialStatus"),
       sum("totalPriceSet"."shopMoney".amount::decimal(18,2)),
       sum("totalRefundedSet"."shopMoney".amount::decimal(18,2))
     from read_ndjson('${path}', columns = {
       id: 'varchar', "createdAt": 'timestamp', "updatedAt": 'timestamp', "processedAt": 'timestamp',
       "cancelledAt": 'timestamp', test: 'boolean', "displayFinancialStatus": 'varchar',
       "totalPriceSet": 'struct("shopMoney" struct(amount varchar, "currencyCode" varchar))',
       "totalRefundedSet": 'struct("shopMoney" struct(amount varchar, "currencyCode" varchar))',
       customer: 'struct(id varchar)'})`,
  );
  connection.closeSync();
  instance.closeSync();
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
