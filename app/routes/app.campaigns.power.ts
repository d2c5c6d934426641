import { json, type ActionFunctionArgs } from '@remix-run/node';
import { parseAudience } from '#app/campaigns/parse-plan.ts';
import { PLAN_LIMITS } from '#app/campaigns/plan.ts';
import type { PowerAnswer } from '#app/components/use-power.ts';
import { signedIn } from '#app/merchant.server.ts';
import { askAudience, askedSql } from '#app/models/campaign-audience.server.ts';
import { campaignBase } from '#app/models/campaign-base.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';

/** How customers like an audience's order without a campaign, as JSON: what a campaign can show is told from it. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop } = await signedIn(request, 'manager');
  limitShop('question', shop.id);
  const sent = await request.formData();
  const parsed = parseAudience(sent.get('audience'));
  const observeDays = Number(sent.get('observeDays'));
  const { least, most } = PLAN_LIMITS.observeDays;
  if (!parsed.ok || !Number.isInteger(observeDays) || observeDays < least || observeDays > most)
    throw new Response(null, { status: 400 });
  const [run, settings, audience] = await Promise.all([
    latestRun(shop.id),
    readSettings(shop.id),
    askAudience(shop.id, parsed.audience),
  ]);
  const answer = async (): Promise<PowerAnswer> => {
    if (run === null || typeof audience === 'string') return { base: null, margin: null };
    const { windowDays, marginPercent, ...rules } = settings;
    const { text, values } = askedSql(shop.id, audience, null);
    const base = await campaignBase(
      shop.id,
      {
        from: `(${text}) a join scores s on s.shop_id = $1 and s.customer_id = a.customer_id`,
        where: 'a.why is null and s.segment is not null',
        values,
      },
      {
        run,
        timeZone: shop.timeZone ?? 'UTC',
        rules,
        windowDays,
        observeDays,
        quietDays: parsed.audience.quietDays,
      },
    );
    return { base, margin: marginPercent === null ? null : marginPercent / 100 };
  };
  return json(await answer(), { headers: { 'Cache-Control': 'no-store' } });
}
