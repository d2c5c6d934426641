import { Readable } from 'node:stream';
import { createReadableStreamFromReadable, type LoaderFunctionArgs } from '@remix-run/node';
import { signedIn } from '#app/merchant.server.ts';
import { exportedAudience, noteAudienceExport } from '#app/models/audience-export.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';
import { formatDay } from '#app/rfm/calendar.ts';
import { readAudience } from './app.customers._index/read-audience.server.ts';
import { FILE_TYPES, membersFile } from './app.segments.$segment.export/members-file.ts';

/** Everybody of a list of customers as a file, streamed; it breaks off when it cannot be whole. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop, user } = await signedIn(request, 'manager');
  const { searchParams } = new URL(request.url);
  const kind = searchParams.get('as') === 'json' ? 'json' : 'csv';
  const asked = await readAudience(shop, searchParams);
  if (asked === null) throw new Response(null, { status: 404 });
  limitShop('export', shop.id);
  const { run, view, audience } = asked;
  await noteAudienceExport(shop.id, user.id, audience);
  const group = view === null ? 'customers' : `segment-${view.id}`;
  const pieces = membersFile(
    kind,
    { group, asOf: run.asOf, currency: run.currency },
    exportedAudience(shop.id, audience),
  );
  return new Response(createReadableStreamFromReadable(Readable.from(pieces)), {
    headers: {
      'Content-Type': FILE_TYPES[kind],
      'Content-Disposition': `attachment; filename="rekindle-${group}-${formatDay(run.asOf)}.${kind}"`,
      'Cache-Control': 'no-store',
    },
  });
}
