import { Readable } from 'node:stream';
import { createReadableStreamFromReadable, type LoaderFunctionArgs } from '@remix-run/node';
import { signedIn } from '#app/merchant.server.ts';
import { exportedMembers, noteExport } from '#app/models/members-export.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { currentScheme } from '#app/models/scheme-in-force.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';
import { formatDay } from '#app/rfm/calendar.ts';
import { parseGroup } from '../app.segments.$segment/parse-list.ts';
import { FILE_TYPES, membersFile } from './members-file.ts';

/** Everybody of a segment or a cell as a file, streamed; it breaks off when it cannot be whole. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const { shop, user } = await signedIn(request, 'manager');
  const group = parseGroup(await currentScheme(shop.id), params.segment);
  const kind = new URL(request.url).searchParams.get('as') === 'json' ? 'json' : 'csv';
  const run = await latestRun(shop.id);
  if (group === null || run === null) throw new Response(null, { status: 404 });
  limitShop('export', shop.id);
  await noteExport(shop.id, user.id, group);
  const name = params.segment ?? '';
  const pieces = membersFile(
    kind,
    { group: name, asOf: run.asOf, currency: run.currency },
    exportedMembers(shop.id, group),
  );
  return new Response(createReadableStreamFromReadable(Readable.from(pieces)), {
    headers: {
      'Content-Type': FILE_TYPES[kind],
      'Content-Disposition': `attachment; filename="rekindle-${name}-${formatDay(run.asOf)}.${kind}"`,
      'Cache-Control': 'no-store',
    },
  });
}
