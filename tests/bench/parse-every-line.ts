import { createReadStream } from 'node:fs';

const PIECE = 256 * 1024;
const NEWLINE = 10;

/** Reads, splits and parses every line and drops it: the yardstick. Returns how many there were. */
export async function parseEveryLine(path: string): Promise<number> {
  let lines = 0;
  let rest = Buffer.alloc(0);
  for await (const piece of createReadStream(path, { highWaterMark: PIECE })) {
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
