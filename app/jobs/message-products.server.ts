import type { ShownProduct } from '#app/campaigns/render-template.ts';
import { LIST_TAGS, parseTemplate, tagsOf } from '#app/campaigns/template.ts';
import { suggestProducts } from '#app/models/product-suggestions.server.ts';
import type { AdminClient } from '#app/shopify/admin.server.ts';
import { readProductsNow } from '#app/shopify/products-now.server.ts';
import { step } from './step.server.ts';

/** The products a message to a customer shows. */
export type MessageProducts = { entryPrice: ShownProduct[]; recommended: ShownProduct[] };

/** Products in one list of a message. */
const SHOWN = 3;

/**
 * The products that messages with these texts show: of what is suggested to each customer, what can be bought in the
 * online store at this moment. Where no text shows any, nothing is asked.
 */
export async function messageProducts(
  shopId: number,
  admin: AdminClient,
  customerIds: readonly number[],
  bodies: Iterable<string>,
): Promise<(customerId: number) => MessageProducts> {
  const none: MessageProducts = { entryPrice: [], recommended: [] };
  if (![...bodies].some((body) => showsProducts(body))) return () => none;
  const suggested = await step('mail.suggest', () => suggestProducts(shopId, customerIds));
  const ids = [
    ...new Set(suggested.flatMap(({ entryPrice, recommended }) => [...entryPrice, ...recommended])),
  ];
  const products = await step('mail.products', () => readProductsNow(admin, ids));
  const shown = (of: readonly number[]): ShownProduct[] =>
    of.flatMap((id) => products.get(id) ?? []).slice(0, SHOWN);
  const lists = new Map(
    suggested.map(({ customerId, entryPrice, recommended }) => [
      customerId,
      { entryPrice: shown(entryPrice), recommended: shown(recommended) },
    ]),
  );
  return (customerId) => lists.get(customerId) ?? none;
}

function showsProducts(body: string): boolean {
  const parsed = parseTemplate(body, 'body');
  if (!parsed.ok) return false;
  const tags = tagsOf(parsed.parts);
  return LIST_TAGS.some((tag) => tags.has(tag));
}
