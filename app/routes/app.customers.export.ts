import type { LoaderFunctionArgs } from '@remix-run/node';
import { signedIn } from '#app/merchant.server.ts';
import { audienceSql } from '#app/models/audience.server.ts';
import { readAudience } from './app.customers._index/read-audience.server.ts';
import { sendMembers } from './app.segments.$segment.export/send-members.server.ts';

/** Everybody of a list of customers as a file. */
export async function loader({ request }: LoaderFunctionArgs) {
  const viewer = await signedIn(request, 'manager');
  const { shop } = viewer;
  const { searchParams } = new URL(request.url);
  const asked = await readAudience(shop, searchParams);
  if (asked === null) throw new Response(null, { status: 404 });
  const { run, view, audience } = asked;
  const group = view === null ? 'customers' : `segment-${view.id}`;
  return sendMembers(viewer, searchParams, run, group, audienceSql(shop.id, audience));
}
