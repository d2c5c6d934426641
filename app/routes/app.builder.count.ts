import { json, type ActionFunctionArgs } from '@remix-run/node';
import type { AudienceAnswer } from '#app/components/use-audience-count.ts';
import { signedIn } from '#app/merchant.server.ts';
import { askedAsOf, countAudience, profileAudience } from '#app/models/audience.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';
import { parseTree } from '#app/rfm/parse-conditions.ts';
import { stillGathers } from './app.customers._index/read-audience.server.ts';

/** Counts the customers that the conditions sent are true of, or tells what they are like, as JSON. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop } = await signedIn(request, 'staff');
  limitShop('question', shop.id);
  const sent = await request.formData();
  const parsed = parseTree(sent.get('where'));
  if (!parsed.ok) throw new Response(null, { status: 400 });
  const [run, settings] = await Promise.all([latestRun(shop.id), readSettings(shop.id)]);
  if (run === null) throw new Response(null, { status: 404 });
  const trees = [parsed.tree];
  const audience = { trees, ids: null, asked: askedAsOf(run, settings) };
  const found = async (): Promise<AudienceAnswer> => {
    if (sent.get('what') === 'profile') return { profile: await profileAudience(shop.id, audience) };
    const [{ customers }, gathers] = await Promise.all([
      countAudience(shop.id, audience),
      stillGathers(shop, run.id, trees),
    ]);
    const { scored, unscored } = run.summary;
    const of = Object.values(unscored).reduce((sum, count) => sum + count, scored);
    return { count: { customers, asOf: run.asOf, of, gathers } };
  };
  return json(await found(), { headers: { 'Cache-Control': 'no-store' } });
}
