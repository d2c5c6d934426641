import type { Connection, PoolClient } from 'pg';
import { BinaryRow } from './binary-row.server.ts';

/** Messages of PostgreSQL's protocol: a letter, the length of what follows with itself, what follows. */
const COPY_DATA = 0x64;
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);
const HEAD = 5;
/** What a binary COPY begins with: signature, flags, length of an extension that there never is. */
const FILE_HEADER = 19;

/** What pg's client wants of a query that speaks the protocol itself. */
abstract class Copy {
  readonly done: Promise<void>;
  readonly #text: string;
  #settle: (error?: Error) => void = () => undefined;

  constructor(text: string) {
    this.#text = text;
    this.done = new Promise((resolve, reject) => {
      this.#settle = (error) => (error === undefined ? resolve() : reject(error));
    });
  }

  submit(connection: Connection): void {
    connection.query(this.#text);
  }

  handleCopyInResponse(): void {}

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#settle();
  }

  handleError(error: Error): void {
    this.#settle(error);
  }
}

/** The rows go out with the statement, so that the server never waits for Node to read its answer. */
class CopyIn extends Copy {
  readonly #rows: Buffer;

  constructor(text: string, rows: Buffer) {
    super(text);
    this.#rows = rows;
  }

  /** After an error the server throws away what is still on its way. */
  override submit(connection: Connection): void {
    const { stream } = connection;
    const head = Buffer.from([COPY_DATA, 0, 0, 0, 0]);
    head.writeUInt32BE(this.#rows.length + 4, 1);
    stream.cork();
    super.submit(connection);
    for (const part of [head, this.#rows, COPY_DONE]) stream.write(part);
    stream.uncork();
  }
}

/** Takes the messages that are rows out of the connection's stream and leaves all others to pg. */
class CopyOut extends Copy {
  rows = 0;
  readonly #row = new BinaryRow();
  readonly #onRow: (row: BinaryRow) => void;
  #rest: Buffer = Buffer.alloc(0);
  #begun = false;
  #failure: Error | undefined;
  #giveBack: () => void = () => undefined;
  #given = false;

  constructor(text: string, onRow: (row: BinaryRow) => void) {
    super(text);
    this.#onRow = onRow;
  }

  override submit(connection: Connection): void {
    const { stream } = connection;
    const [toPg] = stream.listeners('data') as [(bytes: Buffer) => void];
    const take = (chunk: Buffer): void => this.#take(chunk, toPg);
    stream.off('data', toPg).on('data', take);
    this.#giveBack = () => {
      this.#given = true;
      stream.off('data', take).on('data', toPg);
    };
    super.submit(connection);
  }

  override handleReadyForQuery(): void {
    this.#giveBack();
    if (this.#failure === undefined) super.handleReadyForQuery();
    else super.handleError(this.#failure);
  }

  override handleError(error: Error): void {
    this.#giveBack();
    super.handleError(error);
  }

  #take(chunk: Buffer, toPg: (bytes: Buffer) => void): void {
    const buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#row.within(buffer);
    let at = 0;
    while (at + HEAD <= buffer.length) {
      const next = at + 1 + buffer.readUInt32BE(at + 1);
      if (next > buffer.length) break;
      if (buffer[at] === COPY_DATA) this.#read(at + HEAD);
      else toPg(buffer.subarray(at, next));
      at = next;
    }
    this.#rest = buffer.subarray(at);
    // The answer to an error comes after it, perhaps in two pieces.
    if (this.#given && this.#rest.length > 0) toPg(this.#rest);
  }

  /** A message holds one row, the first one the header before it, the last one the trailer. */
  #read(start: number): void {
    const at = this.#begun ? start : start + FILE_HEADER;
    this.#begun = true;
    if (this.#failure !== undefined || !this.#row.point(at)) return;
    this.rows += 1;
    try {
      this.#onRow(this.#row);
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
  }
}

/**
 * Sends finished binary rows; resolves when the server has taken them in.
 * @param statements one of them, and only one, a COPY from stdin; none of the others may answer with rows
 */
export function copyIn(client: PoolClient, statements: string, rows: Buffer): Promise<void> {
  return client.query(new CopyIn(statements, rows)).done;
}

/**
 * Runs `query` as a binary COPY and hands each row to `onRow`, which must read every column it wants before
 * it returns: the row is the same object each time. Memory stays flat however many rows there are.
 * @returns the number of rows
 * @throws what `onRow` throws, when the server has sent the rest
 */
export async function copyOut(
  client: PoolClient,
  query: string,
  onRow: (row: BinaryRow) => void,
): Promise<number> {
  const copy = client.query(new CopyOut(`copy (${query}) to stdout (format binary)`, onRow));
  await copy.done;
  return copy.rows;
}
