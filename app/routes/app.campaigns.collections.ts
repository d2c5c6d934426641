import { json, type LoaderFunctionArgs } from '@remix-run/node';
import { adminFor } from '#app/admin-for.server.ts';
import { PLAN_LIMITS } from '#app/campaigns/plan.ts';
import type { CollectionsAnswer } from '#app/components/use-collections.ts';
import { shopLogger } from '#app/logger.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';
import { LIMITS } from '#app/rfm/conditions.ts';
import { readCollectionTitles, searchCollections } from '#app/shopify/collections.server.ts';

/** Collections that fit on the list below a field. */
const OFFERED = 30;

/** The shop's collections that fit what is typed, and how those with the numbers sent are called, as JSON. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'manager');
  limitShop('question', shop.id);
  const { searchParams } = new URL(request.url);
  const text = searchParams.get('text') ?? '';
  const sent = searchParams.getAll('id');
  const known = sent.length <= PLAN_LIMITS.goods && sent.every((id) => /^[1-9]\d{0,14}$/.test(id));
  if (!known || text.length > LIMITS.characters || !text.isWellFormed())
    throw new Response(null, { status: 400 });
  const answer = async (): Promise<CollectionsAnswer> => {
    if (shop.parkedReason !== null) return { offered: null, named: [] };
    try {
      const admin = adminFor(shop);
      const [offered, named] = await Promise.all([
        searchCollections(admin, text, OFFERED),
        readCollectionTitles(admin, sent.map(Number)),
      ]);
      return { offered, named };
    } catch (error) {
      shopLogger(shop.domain).warn({ err: error }, 'collections could not be searched');
      return { offered: null, named: [] };
    }
  };
  return json(await answer(), { headers: { 'Cache-Control': 'no-store' } });
}
