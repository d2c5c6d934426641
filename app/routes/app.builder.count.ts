import { json, type ActionFunctionArgs } from '@remix-run/node';
import type { AudienceCount } from '#app/components/use-audience-count.ts';
import { signedIn } from '#app/merchant.server.ts';
import { askedAsOf, profileAudience } from '#app/models/audience.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';
import { parseTree } from '#app/rfm/parse-conditions.ts';
import { stillGathers } from './app.customers._index/read-audience.server.ts';

/** Counts the customers that the conditions sent are true of, as JSON. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop } = await signedIn(request, 'staff');
  limitShop('question', shop.id);
  const parsed = parseTree((await request.formData()).get('where'));
  if (!parsed.ok) throw new Response(null, { status: 400 });
  const [run, settings] = await Promise.all([latestRun(shop.id), readSettings(shop.id)]);
  if (run === null) throw new Response(null, { status: 404 });
  const trees = [parsed.tree];
  const [profile, gathers] = await Promise.all([
    profileAudience(shop.id, { trees, ids: null, asked: askedAsOf(run, settings) }),
    stillGathers(shop, run.id, trees),
  ]);
  const { scored } = run.summary;
  const answer: AudienceCount = { profile, asOf: run.asOf, scored, gathers };
  return json(answer, { headers: { 'Cache-Control': 'no-store' } });
}
