import * as fc from 'fast-check';
import type { PoolClient } from 'pg';
import { formatDay, startOfDay, type Day } from '#app/rfm/calendar.ts';
import type { Person } from '#app/rfm/holds.ts';
import { DEFAULT_RULES, leftOutReason, type CountableOrder, type CountingRules } from '#app/rfm/order.ts';
import { channelOf } from '#app/rfm/preferences.ts';
import { POOL } from '#tests/rfm/any-question.ts';

/** The day generated shops are as of; they are in a zone west of UTC, so that days and instants differ. */
export const AS_OF: Day = 20_000;
export const ZONE = 'America/New_York';
export const CURRENCY = 'EUR';

/** An order of a generated shop; its details were read or not. */
type AnyOrder = Omit<CountableOrder, 'customerId'> & {
  id: number;
  day: Day;
  details: {
    attribution: string | null;
    sourceName: string | null;
    firstSource: string | null;
    lastSource: string | null;
    products: number[];
  } | null;
};
export type AnyPerson = Omit<Person, 'bought'> & { id: number; orders: AnyOrder[] };

/** The type and vendor of each product of the pool; 14 is not known any more. */
const PRODUCTS = [
  { id: 11, title: 'Green tea', type: 'Tea', vendor: 'Leaf & Co' },
  { id: 12, title: 'Black tea', type: 'Tea', vendor: 'Clay' },
  { id: 13, title: 'Mug', type: 'Mug', vendor: ' ' },
] as const;

/** Where orders come from, as Shopify writes it: by several names, blank, or not at all. */
const ATTRIBUTIONS = [null, null, ' ', 'POS', 'online_store'] as const;
const SOURCE_NAMES = ['web', 'Web', 'iphone', 'Amazon', null] as const;

const day = fc.integer({ min: AS_OF - 60, max: AS_OF });
const segment = fc.option(fc.constantFrom(...POOL.segments));
const order: fc.Arbitrary<Omit<AnyOrder, 'id'>> = fc
  .record({
    day: fc.integer({ min: AS_OF - 60, max: AS_OF + 1 }),
    hour: fc.integer({ min: 0, max: 22 }),
    cancelled: fc.boolean(),
    test: fc.boolean(),
    financialStatus: fc.constantFrom('PAID', 'PARTIALLY_REFUNDED', 'PENDING', 'REFUNDED', null),
    currency: fc.constantFrom(CURRENCY, CURRENCY, 'USD'),
    total: fc.constantFrom(1000, 2000, 0),
    refunded: fc.constantFrom(0, 0, 1000),
    details: fc.option(
      fc.record({
        attribution: fc.constantFrom(...ATTRIBUTIONS),
        sourceName: fc.constantFrom(...SOURCE_NAMES),
        firstSource: fc.constantFrom(...POOL.sources, null, ' '),
        lastSource: fc.constantFrom(...POOL.sources, null, ''),
        products: fc.array(fc.constantFrom(...POOL.products, 0), { maxLength: 3 }),
      }),
      { freq: 5 },
    ),
  })
  .map(({ hour, cancelled, ...rest }) => {
    const processedAt = startOfDay(rest.day, ZONE) + hour * 3_600_000;
    return { ...rest, processedAt, cancelledAt: cancelled ? processedAt + 1000 : null };
  });

const person = fc
  .record({
    scored: fc.boolean(),
    r: fc.integer({ min: 1, max: 5 }),
    f: fc.integer({ min: 1, max: 5 }),
    m: fc.integer({ min: 1, max: 5 }),
    segment: fc.constantFrom(...POOL.segments),
    previousSegment: segment,
    buyer: fc.constantFrom('b2c' as const, 'b2c' as const, 'b2b' as const, 'mixed' as const),
    frequency: fc.integer({ min: 1, max: 4 }),
    monetary: fc.integer({ min: -100, max: 5000 }),
    lastOrderDay: day,
    everOrdered: fc.boolean(),
    moves: fc.array(fc.record({ day, before: segment, after: segment }), { maxLength: 3 }),
    customer: fc.option(
      fc.record({
        email: fc.constantFrom(
          'SUBSCRIBED',
          'NOT_SUBSCRIBED',
          'UNSUBSCRIBED',
          'PENDING',
          'INVALID',
          'REDACTED',
          'NEW',
          null,
        ),
        sms: fc.constantFrom('SUBSCRIBED', 'NOT_SUBSCRIBED', null),
        tags: fc.uniqueArray(fc.constantFrom(...POOL.tags)),
      }),
      { freq: 5 },
    ),
    orders: fc.array(order, { maxLength: 4 }),
  })
  .map(
    ({
      scored,
      everOrdered,
      ...one
    }): Omit<AnyPerson, 'id' | 'orders'> & { orders: Omit<AnyOrder, 'id'>[] } =>
      scored
        ? one
        : {
            ...one,
            r: 0,
            f: 0,
            m: 0,
            segment: null,
            frequency: 0,
            monetary: 0,
            lastOrderDay: everOrdered ? one.lastOrderDay : null,
            // Whose orders count has a last day.
            orders: everOrdered ? one.orders : [],
          },
  );

/** Any customers of a shop, numbered. */
export const anyPeople: fc.Arbitrary<AnyPerson[]> = fc
  .array(person, { minLength: 1, maxLength: 10 })
  .map((people) =>
    people.map((one, i) => ({
      ...one,
      id: 101 + i,
      orders: one.orders.map((each, place) => ({ ...each, id: (101 + i) * 10 + place })),
    })),
  );

/** Rules of which orders count. */
export const anyRules: fc.Arbitrary<CountingRules> = fc.record({
  countTest: fc.boolean(),
  countCancelled: fc.boolean(),
  countUnpaid: fc.boolean(),
  countZero: fc.boolean(),
});

/** What a person's counted orders tell, order by order. */
export function boughtBy({ id, orders }: AnyPerson, rules: CountingRules = DEFAULT_RULES): Person['bought'] {
  const counted = orders
    .filter((one) => leftOutReason({ ...one, customerId: id }, one.day, AS_OF, rules, CURRENCY, 0) === null)
    .toSorted((a, b) => a.processedAt - b.processedAt || a.id - b.id);
  const known = counted.flatMap(({ details }) => (details === null ? [] : [details]));
  const products = [...new Set(known.flatMap((details) => details.products))].filter((one) => one > 0);
  const described = PRODUCTS.filter((product) => products.includes(product.id));
  const texts = (list: readonly (string | null)[]) => [
    ...new Set(list.filter((text): text is string => text !== null && text.trim() !== '')),
  ];
  const channels = known.map(({ attribution, sourceName }) => channelOf(attribution, sourceName));
  return {
    orderDays: counted.map((one) => one.day).toSorted((a, b) => a - b),
    products,
    types: texts(described.map(({ type }) => type)),
    vendors: texts(described.map(({ vendor }) => vendor)),
    channels: texts(channels),
    firstSource: texts(known.map(({ firstSource }) => firstSource))[0] ?? null,
    lastSource: texts(known.toReversed().map(({ lastSource }) => lastSource))[0] ?? null,
  };
}

/** Stores these customers as the pipeline would have, in place of all others of the shop. */
export async function storePeople(
  client: PoolClient,
  shopId: number,
  people: readonly AnyPerson[],
): Promise<void> {
  for (const table of [
    'bought',
    'customer_populations',
    'scores',
    'segment_changes',
    'customers',
    'orders',
    'order_details',
    'line_items',
    'products',
  ])
    await client.query(`delete from ${table} where shop_id = $1`, [shopId]);
  const insert = async (table: string, columns: string, rows: unknown[][]): Promise<void> => {
    const names = columns.split(',');
    for (const row of rows)
      await client.query(
        `insert into ${table} (shop_id, ${columns}) values ($1, ${names.map((_, i) => `$${i + 2}`).join()})`,
        [shopId, ...row],
      );
  };
  const at = (instant: number | null) => (instant === null ? null : new Date(instant));
  await insert(
    'products',
    'id,title,type,vendor',
    PRODUCTS.map(({ id, title, type, vendor }) => [id, title, type, vendor]),
  );
  for (const one of people) {
    const last = one.lastOrderDay === null ? null : formatDay(one.lastOrderDay);
    await insert(
      'scores',
      'customer_id,last_order_day,frequency,monetary,r,f,m,segment,previous_segment,since',
      [
        [
          one.id,
          last,
          one.frequency,
          one.monetary,
          one.r,
          one.f,
          one.m,
          one.segment,
          one.previousSegment,
          formatDay(AS_OF),
        ],
      ],
    );
    const population = one.buyer !== 'b2c' ? one.buyer : one.id % 3 === 0 ? 'pos' : null;
    if (population !== null)
      await insert('customer_populations', 'customer_id,population', [[one.id, population]]);
    await insert(
      'segment_changes',
      'customer_id,run_id,day,before,after,cause,score_before,score_after',
      one.moves.map((move, i) => [
        one.id,
        i,
        formatDay(move.day),
        move.before,
        move.after,
        'time',
        '111',
        '222',
      ]),
    );
    if (one.customer !== null)
      await insert('customers', 'id,created_at,updated_at,email_consent,sms_consent,company_ids,tags', [
        [one.id, at(0), at(0), one.customer.email, one.customer.sms, [], one.customer.tags],
      ]);
    for (const { details, ...each } of one.orders) {
      await insert(
        'orders',
        'id,customer_id,created_at,processed_at,updated_at,cancelled_at,test,financial_status,currency,total,refunded',
        [
          [
            each.id,
            one.id,
            at(each.processedAt),
            at(each.processedAt),
            at(each.processedAt),
            at(each.cancelledAt),
            each.test,
            each.financialStatus,
            each.currency,
            each.total,
            each.refunded,
          ],
        ],
      );
      if (details === null) continue;
      // Each order by a load of its own, and an older one that it no longer names.
      const { attribution, sourceName, firstSource, lastSource } = details;
      await insert(
        'order_details',
        'order_id,updated_at,source_name,attribution,first_source,last_source,discount_codes,lines_load',
        [[each.id, at(0), sourceName, attribution, firstSource, lastSource, [], each.id]],
      );
      const lines = (load: number, products: number[]) => {
        const orders = products.map(() => each.id);
        return [
          load,
          0,
          orders,
          products.map((_, i) => i + 1),
          products,
          products.map(() => 1),
          products.map(() => 100),
        ];
      };
      await insert('line_items', 'load,part,order_ids,ids,product_ids,quantities,amounts', [
        lines(each.id, details.products),
        lines(each.id + 100_000, [12]),
      ]);
    }
  }
}
