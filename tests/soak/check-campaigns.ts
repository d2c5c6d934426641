import type { SoakShop, SoakWorld } from './world.ts';

/** Prefix of the tags that campaigns put on customers. */
export const CAMPAIGN_TAG = 'winback:';
/** An order that a webhook told of is known long before. */
const KNOWN_MS = 2 * 86_400_000;

type OfferRow = {
  slug: string;
  campaign: number;
  customer: number;
  step: number;
  state: string;
  code: string | null;
  standing: boolean;
  discount: string | null;
};
type MemberRow = { slug: string; customer: number; heldOut: boolean; entryAt: number };

/**
 * I4: what campaigns did is at Shopify once and not more: each code is one offer's, each offer has at most one, and tag
 * and field are on whoever has an offer that stands, and on nobody else. I5: who is held out, redacted or had ordered
 * got nothing.
 */
export async function campaignsAreTrue(
  { database }: SoakWorld,
  shop: SoakShop,
  id: number,
): Promise<string[]> {
  const { rows: offers } = await database.query<OfferRow>(
    `select c.slug, c.id::float8 as campaign, o.customer_id::float8 as customer, o.step, o.state, o.code,
       o.given_at is not null and o.withdrawn_at is null as standing, d.state as discount
     from offers o join campaigns c on c.shop_id = o.shop_id and c.id = o.campaign_id
     left join campaign_discounts d on d.shop_id = o.shop_id and d.id = o.discount_id
     where o.shop_id = $1 order by 2, 3, o.entry, o.step`,
    [id],
  );
  const { rows: members } = await database.query<MemberRow>(
    `select c.slug, m.customer_id::float8 as customer, m.held_out as "heldOut",
       extract(epoch from m.entry_at)::float8 * 1000 as "entryAt"
     from campaign_members m join campaigns c on c.shop_id = m.shop_id and c.id = m.campaign_id where m.shop_id = $1`,
    [id],
  );
  return [...codesOnce(shop, offers), ...standsAsNoted(shop, offers), ...nobodyElse(shop, members, offers)];
}

function codesOnce({ fake, redacted, gone }: SoakShop, offers: readonly OfferRow[]): string[] {
  const findings: string[] = [];
  const noted = new Set(offers.flatMap(({ code }) => (code === null ? [] : [code.toUpperCase()])));
  for (const discount of fake.discounts.values()) {
    // Shopify makes no discount without a code: the first is nobody's.
    for (const code of [...discount.codes.keys()].slice(1)) {
      // The row of somebody who is erased or gone goes; the code stays with the discount until that ends.
      if (!noted.has(code) && redacted.size === 0 && gone.size === 0) {
        findings.push(`I4 the code ${code} at Shopify is nobody's`);
      }
    }
  }
  for (const { slug, customer, step, state, code, discount } of offers) {
    if (code === null || discount === 'gone' || (state !== 'given' && state !== 'ready')) continue;
    if (!fake.codes.has(code.toUpperCase())) {
      findings.push(`I4 ${slug} ${customer} step ${step} is ${state} and its code ${code} is not at Shopify`);
    }
  }
  return findings;
}

function standsAsNoted({ fake, redacted }: SoakShop, offers: readonly OfferRow[]): string[] {
  const findings: string[] = [];
  for (const { id, tags, metafields } of fake.customers.values()) {
    if (redacted.has(id)) continue;
    const standing = offers.filter(({ customer, standing: stands }) => customer === id && stands);
    const wanted = [...new Set(standing.map(({ slug }) => `${CAMPAIGN_TAG}${slug}`))].sort().join();
    const found = tags
      .filter((tag) => tag.startsWith(CAMPAIGN_TAG))
      .sort()
      .join();
    if (found !== wanted) findings.push(`I4 ${id} carries '${found}', not '${wanted}'`);
    const code = [...metafields.values()].find(({ key }) => key === 'winback_code')?.value ?? null;
    const codes = standing.flatMap((offer) => offer.code ?? []);
    if (code === null ? codes.length > 0 : !codes.includes(code)) {
      findings.push(`I4 ${id} has the code ${code} in hand, not one of ${codes.join(', ') || 'none'}`);
    }
  }
  return findings;
}

function nobodyElse(
  { fake, redacted, given, gone }: SoakShop,
  members: readonly MemberRow[],
  offers: readonly OfferRow[],
): string[] {
  const findings: string[] = [];
  const memberOf = new Map(members.map((row) => [`${row.customer} ${row.slug}`, row]));
  for (const { slug, customer } of offers) {
    // Whoever stays after a merge is held out if either was, and keeps what it was given before.
    if (gone.size === 0 && memberOf.get(`${customer} ${slug}`)?.heldOut !== false) {
      findings.push(`I5 ${customer} is held out of ${slug} and has an offer of it`);
    }
  }
  for (const { customerId, tag, at } of given) {
    if (redacted.has(customerId) || gone.has(customerId)) continue;
    const member = memberOf.get(`${customerId} ${tag.slice(CAMPAIGN_TAG.length)}`);
    if (gone.size === 0 && member?.heldOut !== false)
      findings.push(`I5 ${customerId} is held out and got ${tag}`);
    const orders = [...(fake.ordersByCustomer.get(customerId) ?? [])].map((order) => fake.orders.get(order));
    const since = orders.filter(
      (order) =>
        order?.cancelledAt === null &&
        order.createdAt > (member?.entryAt ?? Infinity) &&
        order.processedAt > (member?.entryAt ?? Infinity) &&
        order.createdAt < at - KNOWN_MS,
    );
    if (since.length > 0) findings.push(`I5 ${customerId} had ordered and got ${tag}`);
  }
  return findings;
}
