import { json, type ActionFunctionArgs } from '@remix-run/node';
import { parseAudience } from '#app/campaigns/parse-plan.ts';
import type { CampaignCountAnswer } from '#app/components/use-campaign-count.ts';
import { signedIn } from '#app/merchant.server.ts';
import { countCampaignAudience } from '#app/models/campaign-audience.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';

/** Counts who would take part in a campaign with the audience sent, and who would not, as JSON. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop } = await signedIn(request, 'manager');
  limitShop('question', shop.id);
  const parsed = parseAudience((await request.formData()).get('audience'));
  if (!parsed.ok) throw new Response(null, { status: 400 });
  const counted = await countCampaignAudience(shop.id, parsed.audience);
  const answer: CampaignCountAnswer =
    typeof counted === 'string' ? { uncounted: counted } : { count: counted };
  return json(answer, { headers: { 'Cache-Control': 'no-store' } });
}
