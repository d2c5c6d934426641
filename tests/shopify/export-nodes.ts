import * as fc from 'fast-check';

/** Objects as the exports' documents select them, with keys in the documents' order. */
const id = (kind: string) => fc.integer({ min: 1, max: 10 ** 13 }).map((n) => `gid://shopify/${kind}/${n}`);
const instant = fc
  .integer({ min: Date.UTC(2006, 0, 1) / 1000, max: Date.UTC(2035, 0, 1) / 1000 })
  .map((seconds) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z'));
const currency = fc.constantFrom('EUR', 'USD', 'JPY', 'KWD', 'GBP', 'CLF');
const amount = fc.tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.constantFrom(0, 1)).map(
  // Shopify writes at least one decimal: "12.0"; all currencies here can have none.
  ([whole, zeros]) => `${whole}.${'0'.repeat(1 + zeros)}`,
);
const money = fc.record({ shopMoney: fc.record({ amount, currencyCode: currency }) });
const text = fc.oneof(
  fc.constantFrom('web', 'pos', 'Größe – "L"', 'a\\b', '✨ 新品 🎁', '\u2028\u2029', 'x'.repeat(300), ''),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

/** Total and refund of an order are in one currency. */
const totals = fc.tuple(amount, amount, currency).map(([total, refunded, currencyCode]) => ({
  totalPriceSet: { shopMoney: { amount: total, currencyCode } },
  totalRefundedSet: { shopMoney: { amount: refunded, currencyCode } },
}));

const orderFields = fc.record({
  id: id('Order'),
  createdAt: instant,
  updatedAt: instant,
  processedAt: instant,
  cancelledAt: maybe(instant),
  test: fc.boolean(),
  displayFinancialStatus: maybe(fc.constantFrom('PAID', 'PENDING', 'PARTIALLY_REFUNDED')),
});

export const orderNode = fc
  .tuple(orderFields, totals, maybe(fc.record({ id: id('Customer') })))
  .map(([fields, money, customer]) => ({ ...fields, ...money, customer }));

const visit = maybe(fc.record({ source: text }));

export const detailsNode = fc.record({
  id: id('Order'),
  updatedAt: instant,
  sourceName: maybe(text),
  attribution: maybe(fc.record({ handle: text })),
  customerJourneySummary: maybe(fc.record({ firstVisit: visit, lastVisit: visit })),
  purchasingEntity: fc.oneof(
    fc.constant(null),
    fc.constant({}),
    fc.record({ company: fc.record({ id: id('Company') }) }),
  ),
  discountCodes: fc.array(text, { maxLength: 4 }),
  refunds: fc.array(fc.record({ id: id('Refund'), createdAt: maybe(instant), totalRefundedSet: money }), {
    maxLength: 3,
  }),
});

export const lineItemNode = fc.record({
  id: id('LineItem'),
  quantity: fc.integer({ min: 0, max: 2000 }),
  discountedTotalSet: money,
  product: maybe(fc.record({ id: id('Product'), title: text, productType: text, vendor: text })),
  __parentId: id('Order'),
});

export const customerNode = fc.record({
  id: id('Customer'),
  createdAt: instant,
  updatedAt: instant,
  tags: fc.array(text, { maxLength: 5 }),
  defaultEmailAddress: maybe(fc.record({ marketingState: fc.constantFrom('SUBSCRIBED', 'PENDING') })),
  defaultPhoneNumber: maybe(
    fc.record({ smsMarketingConsent: fc.record({ state: fc.constantFrom('SUBSCRIBED', 'REDACTED') }) }),
  ),
  companyContactProfiles: fc.array(fc.record({ company: fc.record({ id: id('Company') }) }), {
    maxLength: 3,
  }),
});
