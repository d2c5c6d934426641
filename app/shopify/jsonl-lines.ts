import type { LineScanner } from './line-scanner.ts';

const NEWLINE = 10;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** The longest line that is read. An order with 250 refunds and long texts stays far below. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** Where the whole lines of a piece are: from `from` to `to` of `buffer`, the last newline included. */
type Block = { buffer: Buffer; from: number; to: number };

/**
 * Cuts a stream of bytes into blocks of whole lines. Only the line that spans two pieces is copied. The last
 * line may lack its newline. A line above the ceiling is not kept: `tooLong` gets its beginning.
 */
export async function* blocksOfLines(
  pieces: AsyncIterable<Uint8Array>,
  tooLong: (start: Buffer) => void,
  longest = LONGEST_LINE,
): AsyncGenerator<Block> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let skipping = false;
  let first = true;
  for await (const piece of pieces) {
    const buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let from = first && buffer.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
    first &&= buffer.length === 0;
    const newline = buffer.indexOf(NEWLINE, from);
    if (newline >= 0 && (restBytes > 0 || skipping)) {
      if (!skipping) {
        const line = Buffer.concat([...rest, buffer.subarray(from, newline + 1)]);
        yield { buffer: line, from: 0, to: line.length };
      }
      rest = [];
      restBytes = 0;
      skipping = false;
      from = newline + 1;
    }
    const to = newline < 0 ? from : buffer.lastIndexOf(NEWLINE) + 1;
    if (to > from) yield { buffer, from, to };
    const tail = Math.max(from, to);
    if (tail < buffer.length && !skipping) {
      // The source may write into its piece again, so what is left over is copied.
      rest.push(Buffer.from(buffer.subarray(tail)));
      restBytes += buffer.length - tail;
      if (restBytes > longest) {
        tooLong(rest[0]!);
        rest = [];
        restBytes = 0;
        skipping = true;
      }
    }
  }
  if (restBytes > 0) {
    const line = Buffer.concat([...rest, Buffer.of(NEWLINE)]);
    yield { buffer: line, from: 0, to: line.length };
  }
}

/** Reads a whole stream with `scanner`; whenever there is no room for another line, `flush` makes some. */
export async function scanLines(
  pieces: AsyncIterable<Uint8Array>,
  scanner: LineScanner,
  room: { has: () => boolean; flush: () => Promise<void> },
): Promise<void> {
  for await (const { buffer, from, to } of blocksOfLines(pieces, (start) => scanner.skipTooLong(start))) {
    let pos = from;
    while (pos < to) {
      pos = scanner.scan(buffer, pos, to, room.has);
      if (pos < to) await room.flush();
    }
  }
  await room.flush();
}
