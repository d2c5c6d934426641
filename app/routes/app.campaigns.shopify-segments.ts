import { json, type LoaderFunctionArgs } from '@remix-run/node';
import { adminFor } from '#app/admin-for.server.ts';
import type { ShopifySegmentsAnswer } from '#app/components/use-shopify-segments.ts';
import { shopLogger } from '#app/logger.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';
import { listCustomerSegments } from '#app/shopify/customer-segments.server.ts';

/** The segments of customers that are in the shop's admin as Shopify names them now, as JSON. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'manager');
  limitShop('question', shop.id);
  const answer = async (): Promise<ShopifySegmentsAnswer> => {
    if (shop.parkedReason !== null) return { segments: null };
    try {
      return { segments: await listCustomerSegments(adminFor(shop)) };
    } catch (error) {
      shopLogger(shop.domain).warn({ err: error }, 'segments of Shopify could not be listed');
      return { segments: null };
    }
  };
  return json(await answer(), { headers: { 'Cache-Control': 'no-store' } });
}
