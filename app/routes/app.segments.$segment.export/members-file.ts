import type { ExportedMember } from '#app/models/members-export.server.ts';
import { formatDay, type Day } from '#app/rfm/calendar.ts';
import { formatDecimal } from '#app/rfm/money.ts';
import { valueTier } from '#app/rfm/grades.ts';

/** What an export is written as. */
export type FileKind = 'csv' | 'json';

/** The media type of each kind of file. */
export const FILE_TYPES: Readonly<Record<FileKind, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

/** What every row of an export is as of, and in. */
export type FileTerms = { group: string; asOf: Day; currency: string };

const COLUMNS = [
  'customer_id',
  'segment',
  'r',
  'f',
  'm',
  'tier',
  'last_order',
  'days_since_order',
  'orders',
  'spent',
  'currency',
  'previous_segment',
  'since',
] as const;

type Row = Record<(typeof COLUMNS)[number], string | number | null>;

/**
 * The text of an export in pieces: CSV (RFC 4180) with a header, or one JSON object whose `customers` have a line
 * each. Days are YYYY-MM-DD in the shop's zone, `spent` is a decimal number in `currency`; what is not known is empty
 * or null. Nothing in it is text of the shop or its customers, so no cell can begin a formula.
 * @throws what reading `portions` throws
 */
export async function* membersFile(
  kind: FileKind,
  terms: FileTerms,
  portions: AsyncIterable<ExportedMember[]>,
): AsyncGenerator<string, void> {
  const { group, asOf, currency } = terms;
  if (kind === 'csv') {
    yield `${COLUMNS.join(',')}\r\n`;
    for await (const members of portions) {
      yield members.map((member) => `${Object.values(rowOf(member, terms)).join(',')}\r\n`).join('');
    }
    return;
  }
  const about = JSON.stringify({ group, as_of: formatDay(asOf), currency });
  yield `${about.slice(0, -1)},"customers":[`;
  let between = '\n';
  for await (const members of portions) {
    yield between + members.map((member) => JSON.stringify(rowOf(member, terms))).join(',\n');
    between = ',\n';
  }
  yield '\n]}\n';
}

function rowOf(member: ExportedMember, { asOf, currency }: FileTerms): Row {
  const { customerId, segment, r, f, m, lastOrderDay, frequency, monetary, previousSegment, since } = member;
  const scored = segment !== null;
  return {
    customer_id: customerId,
    segment,
    r: scored ? r : null,
    f: scored ? f : null,
    m: scored ? m : null,
    tier: scored ? valueTier(r, f, m) : null,
    last_order: lastOrderDay === null ? null : formatDay(lastOrderDay),
    days_since_order: lastOrderDay === null ? null : asOf - lastOrderDay,
    orders: frequency,
    spent: formatDecimal(monetary, currency),
    currency,
    previous_segment: previousSegment,
    since: formatDay(since),
  };
}
