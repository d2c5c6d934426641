import { types, type CustomTypesConfig } from 'pg';

const INT8 = 20;
const DATE = 1082;
const TIMESTAMPTZ = 1184;
const INT8_ARRAY = 1016;
const DAY_MS = 86_400_000;

/**
 * A number out of PostgreSQL's int8 text.
 * @throws RangeError beyond ±(2^53 − 1)
 */
function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('A stored number is too large to be exact');
  return value;
}

const parsers = new Map<number, (text: string) => unknown>([
  [INT8, safeInteger],
  [INT8_ARRAY, (text) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(safeInteger))],
  // Sessions run in UTC, so the text always ends in "+00".
  [TIMESTAMPTZ, (text) => Date.parse(`${text.replace(' ', 'T')}:00`)],
  [DATE, (text) => Date.parse(`${text}T00:00:00Z`) / DAY_MS],
]);

/** How plain connections read values: ids as numbers, instants as epoch milliseconds, days as day numbers. */
export const pgTypes: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && parsers.get(oid)) || types.getTypeParser(oid, format),
};
