import { json, type ActionFunctionArgs } from '@remix-run/node';
import { adminFor } from '#app/admin-for.server.ts';
import type { SearchAnswer } from '#app/components/use-customer-search.ts';
import { shopLogger } from '#app/logger.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { isScored } from '#app/models/members.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';
import { searchCustomers } from '#app/shopify/customer-search.server.ts';
import { MOST_IDS } from './app.customers._index/filters.ts';

const LONGEST = 100;

/**
 * The numbers of the customers that fit some words, as JSON: a customer's own number, otherwise what Shopify finds. The
 * words may be a name or an address: they come in a form, so that no address holds them, and are kept nowhere.
 */
export async function action({ request }: ActionFunctionArgs) {
  const { shop } = await signedIn(request, 'staff');
  limitShop('question', shop.id);
  const sent = (await request.formData()).get('words');
  const words = typeof sent === 'string' ? sent.trim() : '';
  if (words === '' || words.length > LONGEST || !words.isWellFormed())
    throw new Response(null, { status: 400 });
  return json(await answerFor(), { headers: { 'Cache-Control': 'no-store' } });

  async function answerFor(): Promise<SearchAnswer> {
    const number = /^[1-9]\d{0,14}$/.test(words) ? Number(words) : null;
    if (number !== null && (await isScored(shop.id, number)))
      return { at: 'found', ids: [number], more: false };
    if (shop.parkedReason !== null) return { at: 'failed' };
    try {
      const found = await searchCustomers(adminFor(shop), words, MOST_IDS);
      return found === null ? { at: 'denied' } : { at: 'found', ...found };
    } catch (error) {
      shopLogger(shop.domain).warn({ err: error }, 'customers could not be searched');
      return { at: 'failed' };
    }
  }
}
