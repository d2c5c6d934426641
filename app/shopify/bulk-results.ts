import { blocksOfLines } from './jsonl-lines.ts';
import type { UserError } from './errors.ts';

/** What a bulk mutation did with one line of variables. `refused` is null when it was executed. */
export type BulkResult = {
  /** from 0, as in the uploaded file */
  line: number;
  refused: string | null;
  /** entries of the line that Shopify names as bad, by position; empty when it names none */
  blamed: number[];
};

/**
 * Reads the result file of a bulk mutation. The order is Shopify's; a line that is missing was not executed.
 * @throws SyntaxError for a line that is no JSON: the file broke off there
 */
export async function* readBulkResults(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<BulkResult> {
  const refuse = () => {
    throw new RangeError('A result line is longer than Shopify writes any');
  };
  for await (const { buffer, from, to } of blocksOfLines(pieces, refuse)) {
    for (let start = from; start < to;) {
      const end = buffer.indexOf(10, start);
      const text = buffer.toString('utf8', start, end).trim();
      if (text !== '') yield parseResult(text);
      start = end + 1;
    }
  }
}

type ResultLine = {
  __lineNumber: number;
  data?: Record<string, { userErrors?: UserError[] } | null> | null;
  errors?: { message: string }[];
};

function parseResult(text: string): BulkResult {
  const { __lineNumber: line, ...parsed } = JSON.parse(text) as ResultLine;
  const userErrors = Object.values(parsed.data ?? {}).flatMap((payload) => payload?.userErrors ?? []);
  const messages = [...(parsed.errors ?? []), ...userErrors].map(({ message }) => message);
  const answered = Object.values(parsed.data ?? {}).some((payload) => payload !== null);
  const refused = messages.length > 0 ? messages.join('; ') : answered ? null : 'Shopify did not say why';
  const blamed = userErrors.flatMap(({ elementIndex }) => elementIndex ?? []);
  return { line, refused, blamed };
}
