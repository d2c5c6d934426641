import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocksOfLines } from '#app/shopify/jsonl-lines.ts';

describe('B8: lines survive any cut of the stream', () => {
  it('gives the same lines however the bytes arrive, with CRLF, U+2028, emoji, BOM and no last newline', async () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\n', '')),
      fc.constantFrom('', '🎁', 'a\u2028b', 'x\r'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 30 })),
        fc.boolean(),
        async (lines, cuts, ended) => {
          const text = lines.join('\n') + (ended ? '\n' : '');
          const read = await linesOf(pieces(Buffer.from(text), cuts));
          const expected = text.replace(/^\uFEFF/, '');
          expect(read.join('')).toBe(expected === '' || expected.endsWith('\n') ? expected : `${expected}\n`);
        },
      ),
    );
  });

  it('leaves out the byte order mark', async () => {
    expect(await linesOf(pieces(Buffer.from('\uFEFF{}\n{}'), []))).toEqual(
      ['{}\n{}\n'].join('').split(/(?<=\n)/),
    );
  });

  it('reads a line of one megabyte, and reports one above the ceiling without keeping it', async () => {
    const long = 'x'.repeat(1 << 20);
    expect(await linesOf(pieces(Buffer.from(`a\n${long}\nb\n`), [9000]))).toEqual([
      'a\n',
      `${long}\n`,
      'b\n',
    ]);
    const tooLong: string[] = [];
    const report = (start: Buffer) => void tooLong.push(start.toString('utf8', 0, 3));
    expect(await linesOf(pieces(Buffer.from(`a\n${long}\nb\n`), [9000]), report, 100_000)).toEqual([
      'a\n',
      'b\n',
    ]);
    expect(tooLong).toEqual(['xxx']);
  });
});

async function linesOf(
  source: AsyncIterable<Uint8Array>,
  tooLong: (start: Buffer) => void = () => {},
  longest?: number,
): Promise<string[]> {
  const lines: string[] = [];
  for await (const { buffer, from, to } of blocksOfLines(source, tooLong, longest)) {
    lines.push(...buffer.toString('utf8', from, to).split(/(?<=\n)/));
  }
  return lines;
}

async function* pieces(bytes: Buffer, cuts: number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = cuts.length === 0 ? bytes.length : cuts[i % cuts.length]!;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
