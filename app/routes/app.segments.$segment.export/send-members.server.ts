import { Readable } from 'node:stream';
import { createReadableStreamFromReadable } from '@remix-run/node';
import type { SignedIn } from '#app/merchant.server.ts';
import { exportedMembers, noteExport } from '#app/models/members-export.server.ts';
import type { MemberQuery } from '#app/models/members.server.ts';
import type { ScoreRun } from '#app/models/scores.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';
import { formatDay } from '#app/rfm/calendar.ts';
import { FILE_TYPES, membersFile } from './members-file.ts';

/**
 * Customers as a file of the kind that the address asks for, streamed; it breaks off when it cannot be whole. Who took
 * them out is noted first.
 * @throws Response 429 when files were asked for too often
 */
export async function sendMembers(
  { shop, user }: SignedIn,
  asked: URLSearchParams,
  { asOf, currency }: ScoreRun,
  group: string,
  query: MemberQuery,
): Promise<Response> {
  const kind = asked.get('as') === 'json' ? 'json' : 'csv';
  limitShop('export', shop.id);
  await noteExport(shop.id, user.id, query);
  const pieces = membersFile(kind, { group, asOf, currency }, exportedMembers(shop.id, query));
  return new Response(createReadableStreamFromReadable(Readable.from(pieces)), {
    headers: {
      'Content-Type': FILE_TYPES[kind],
      'Content-Disposition': `attachment; filename="rekindle-${group}-${formatDay(asOf)}.${kind}"`,
      'Cache-Control': 'no-store',
    },
  });
}
