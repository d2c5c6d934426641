import { json, type ActionFunctionArgs } from '@remix-run/node';
import { parseAudience } from '#app/campaigns/parse-plan.ts';
import type { AudiencePlan } from '#app/campaigns/plan.ts';
import type { CampaignCountAnswer } from '#app/components/use-campaign-count.ts';
import { enqueueUnlessQueued } from '#app/jobs/queue.server.ts';
import { readSegments } from '#app/jobs/read-segments.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { countCampaignAudience } from '#app/models/campaign-audience.server.ts';
import { askForSegment } from '#app/models/shopify-segments.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';

/** Counts who would take part in a campaign with the audience sent, and who would not, as JSON. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop } = await signedIn(request, 'manager');
  limitShop('question', shop.id);
  const parsed = parseAudience((await request.formData()).get('audience'));
  if (!parsed.ok) throw new Response(null, { status: 400 });
  const { audience } = parsed;
  const counted = await countCampaignAudience(shop.id, audience);
  const answer = async (): Promise<CampaignCountAnswer> => {
    if (counted === 'shopify-unread') return { reading: await read(audience) };
    return typeof counted === 'string' ? { uncounted: counted } : { count: counted };
  };
  return json(await answer(), { headers: { 'Cache-Control': 'no-store' } });

  /** Has a segment of Shopify's read by the worker, which goes on whoever closes the page. */
  async function read({ source }: AudiencePlan): Promise<{ read: number; of: number | null }> {
    if (source.kind !== 'shopify') return { read: 0, of: null };
    const reading = await askForSegment(shop.id, source.gid);
    await enqueueUnlessQueued(readSegments, { shopId: shop.id, generation: shop.generation });
    return reading;
  }
}
