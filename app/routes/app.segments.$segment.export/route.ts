import type { LoaderFunctionArgs } from '@remix-run/node';
import { signedIn } from '#app/merchant.server.ts';
import { groupSql } from '#app/models/members.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { schemeOf } from '#app/rfm/schemes.ts';
import { parseGroup } from '../app.segments.$segment/parse-list.ts';
import { sendMembers } from './send-members.server.ts';

/** Everybody of a segment or a cell as a file. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const viewer = await signedIn(request, 'manager');
  const { shop } = viewer;
  const run = await latestRun(shop.id);
  const group = run && parseGroup(schemeOf(run.scheme), params.segment);
  if (run === null || group === null) throw new Response(null, { status: 404 });
  const { searchParams } = new URL(request.url);
  return sendMembers(viewer, searchParams, run, params.segment ?? '', groupSql(shop.id, group));
}
