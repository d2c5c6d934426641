import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { readHeader, type OrderColumns } from './order-csv-columns.ts';
import { OrderCsvFault } from './order-csv-fault.ts';
import { orderCsvRows, type OrderExport } from './order-csv-rows.ts';

/**
 * Reads a Shopify order export, .csv or .csv.gz, in one streaming pass.
 * @throws OrderCsvFault for the first thing that cannot be used, naming file, line, column and what to do
 */
export async function readOrderCsv(file: string): Promise<OrderExport> {
  let columns: OrderColumns | null = null;
  let rows: ReturnType<typeof orderCsvRows> | null = null;
  let line = 1;
  const parser = parse({ info: true, relax_column_count: true });
  try {
    const source = Readable.from(decoded(await openBytes(file), () => line, file));
    source.on('error', (error) => parser.destroy(error)).pipe(parser);
    for await (const { record, info } of parser as AsyncIterable<ParsedRow>) {
      const rowLine = line;
      line = info.lines + 1;
      if (record.length === 1 && record[0]?.trim() === '') continue;
      if (columns === null || rows === null) {
        columns = readHeader(file, record);
        rows = orderCsvRows(file, columns);
      } else rows.add(record, rowLine);
    }
  } catch (error) {
    throw asFault(error, file, line);
  }
  if (columns === null || rows === null) {
    const todo = 'Export the orders from Orders → Export in the Shopify admin.';
    throw new OrderCsvFault({ file, line: 1, column: null }, 'the file is empty', todo);
  }
  return rows.finish(line);
}

type ParsedRow = { readonly record: string[]; readonly info: { readonly lines: number } };

async function openBytes(file: string): Promise<Readable> {
  const handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  await handle.close();
  const gzipped = bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  const bytes = createReadStream(file);
  if (!gzipped) return bytes;
  const unpacked = createGunzip();
  bytes.on('error', (error) => unpacked.destroy(error));
  return bytes.pipe(unpacked);
}

async function* decoded(bytes: Readable, line: () => number, file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of bytes) yield decoder.decode(chunk as Buffer, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const place = { file, line: line(), column: null };
    throw new OrderCsvFault(place, 'after this line the file is not UTF-8', 'Save it as CSV UTF-8.');
  }
}

function asFault(error: unknown, file: string, line: number): unknown {
  if (error instanceof OrderCsvFault || !(error instanceof Error)) return error;
  if (error instanceof CsvError) {
    const todo = 'Close every quote and double the quotes inside a quoted cell.';
    return new OrderCsvFault({ file, line, column: null }, `the row cannot be read (${error.code})`, todo);
  }
  const code = 'code' in error ? String(error.code) : '';
  const todo = code.startsWith('Z_')
    ? 'The gzip file is damaged: copy or download it again.'
    : 'Name a Shopify order export, .csv or .csv.gz.';
  return new OrderCsvFault(
    { file, line, column: null },
    `the file cannot be read (${code || error.message})`,
    todo,
  );
}
