import { basename } from 'node:path';
import { parseDay, startOfDay } from '#app/rfm/calendar.ts';
import type { DemoOptions } from './demo-options.ts';
import { generateShop, type ShopTruth } from './generator.ts';
import { readOrderCsv } from './order-csv.ts';
import { shopFromExport } from './order-csv-shop.ts';
import { addSegment } from './store-segments.ts';
import { addCollection, PLANS, type FakeShop } from './store.ts';

const DOMAIN = 'morning-row.myshopify.com';

/**
 * The shop of the demo: what an order export holds, or coffee and tea sold in euro for three years, about
 * 78 % of its buyers bought once. Says what it left out of an export, of whose customers nothing true is known.
 * @throws OrderCsvFault when the export cannot be used
 */
export async function demoShop(
  options: DemoOptions,
  say: (text: string) => void,
): Promise<{ readonly shop: FakeShop; readonly truth: ShopTruth | null }> {
  const plan = PLANS[options.plan];
  const { timeZone } = options;
  if (options.orders !== null) {
    const exported = await readOrderCsv(options.orders);
    if (exported.ignoredColumns.length > 0) {
      say(`Columns of the export that are not used: ${exported.ignoredColumns.join(', ')}`);
    }
    const name = basename(options.orders).replace(/\.csv(\.gz)?$/, '');
    return {
      shop: arranged(shopFromExport(exported, { domain: DOMAIN, name, timeZone, plan })),
      truth: null,
    };
  }
  const { customers, seed } = options;
  const endOfAsOf = options.asOf === null ? Infinity : startOfDay(parseDay(options.asOf) + 1, timeZone) - 1;
  const until = Math.min(Date.now(), endOfAsOf);
  const name = 'Morning Row Coffee & Tea';
  const made = generateShop({
    domain: DOMAIN,
    name,
    currency: 'EUR',
    timeZone,
    plan,
    customers,
    seed,
    until,
  });
  arranged(made.shop);
  return made;
}

/** Segments, and a collection of each product type, as a merchant makes them in the admin. */
function arranged(shop: FakeShop): FakeShop {
  const { createdAt } = shop;
  for (const [title, products] of Map.groupBy(shop.products.values(), ({ type }) => type || 'More')) {
    const { id } = addCollection(shop, title);
    for (const product of products) shop.products.set(product.id, { ...product, collections: [id] });
  }
  addSegment(shop, 'Newsletter, bought before', NEWSLETTER, createdAt);
  addSegment(shop, 'Bought at least twice', 'number_of_orders >= 2', createdAt + 1_000);
  addSegment(shop, 'Rekindle: at risk', "customer_tags CONTAINS 'rfm:at-risk'", createdAt + 2_000);
  return shop;
}

const NEWSLETTER = "email_subscription_status = 'SUBSCRIBED' AND number_of_orders >= 1";
