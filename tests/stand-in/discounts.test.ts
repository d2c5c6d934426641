import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkOut } from '#tests/fake-shopify/checkout.ts';
import { parseAppConfig } from '#tests/fake-shopify/app-config.ts';
import { changeDiscount, deleteDiscount, removeCode } from '#tests/fake-shopify/store-discounts.ts';
import { smallShop, type SmallShop } from './small-shop.ts';

const APP = parseAppConfig(`
[access_scopes]
scopes = "read_orders,read_products,write_customers,write_discounts"

[[webhooks.subscriptions]]
topics = ["discounts/update", "discounts/delete", "discounts/redeemcode_removed", "orders/create"]
uri = "/webhooks"
`);

const CREATE = `mutation Create($d: DiscountCodeBasicInput!) {
  discountCodeBasicCreate(basicCodeDiscount: $d) {
    codeDiscountNode { id codeDiscount { __typename ... on DiscountCodeBasic { ...Terms } } }
    userErrors { field code message } } }
fragment Terms on DiscountCodeBasic {
  title status startsAt endsAt usageLimit appliesOncePerCustomer asyncUsageCount codesCount { count }
  combinesWith { orderDiscounts productDiscounts shippingDiscounts }
  minimumRequirement { ... on DiscountMinimumSubtotal { greaterThanOrEqualToSubtotal { amount } } }
  context { __typename ... on DiscountCustomers { customers { id } } }
  customerGets {
    value { ... on DiscountPercentage { percentage } ... on DiscountAmount { amount { amount } appliesOnEachItem } }
    items { ... on AllDiscountItems { allItems } ... on DiscountProducts { products(first: 5) { nodes { id } } } } } }`;
const UPDATE = `mutation Update($id: ID!, $d: DiscountCodeBasicInput!) {
  discountCodeBasicUpdate(id: $id, basicCodeDiscount: $d) { codeDiscountNode { id } userErrors { field code } } }`;
const ADD = `mutation Add($id: ID!, $codes: [DiscountRedeemCodeInput!]!) {
  discountRedeemCodeBulkAdd(discountId: $id, codes: $codes) {
    bulkCreation { id done codesCount } userErrors { field code message } } }`;
const CREATION = `query Creation($ids: [ID!]!) { nodes(ids: $ids) { id ... on DiscountRedeemCodeBulkCreation {
  done importedCount failedCount codes(first: 250) { nodes { code errors { code } discountRedeemCode { id } } } } } }`;
const BY_CODE = `query ByCode($code: String!) { codeDiscountNodeByCode(code: $code) { id } }`;

const STARTS = '2026-01-01T00:00:00Z';
const TEN = {
  title: 'Ten off',
  code: 'FIRST',
  startsAt: STARTS,
  context: { all: 'ALL' },
  customerGets: { value: { percentage: 0.1 }, items: { all: true } },
};
const customer = (id: number): string => `gid://shopify/Customer/${id}`;

type Node = { id: string; codeDiscount: Record<string, never> };
type Fault = { field: string[]; code: string; message: string };
type Creation = {
  done: boolean;
  importedCount: number;
  failedCount: number;
  codes: { nodes: { code: string; errors: { code: string }[]; discountRedeemCode: object | null }[] };
};

let small: SmallShop;
beforeEach(async () => {
  small = await smallShop({ app: APP, appUrl: 'http://127.0.0.1:9' });
});
afterEach(() => small.standIn.close());

const create = async (d: object = TEN): Promise<{ codeDiscountNode: Node; userErrors: Fault[] }> =>
  ((await small.ask(CREATE, { d })).data as never as { discountCodeBasicCreate: never })
    .discountCodeBasicCreate;
const add = async (id: string, ...codes: string[]) => {
  const asked = await small.ask(ADD, { id, codes: codes.map((code) => ({ code })) });
  return (
    asked.data as never as {
      discountRedeemCodeBulkAdd: { bulkCreation: { id: string }; userErrors: Fault[] };
    }
  ).discountRedeemCodeBulkAdd;
};
const settled = async (id: string): Promise<Creation> => {
  for (;;) {
    const { data } = await small.ask(CREATION, { ids: [id] });
    const [creation] = (data as never as { nodes: Creation[] }).nodes;
    if (creation?.done === true) return creation;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};
const numberOf = (gid: string): number => Number(gid.split('/').at(-1));

describe('discountCodeBasicCreate', () => {
  it('makes a discount that says what it was asked for, with its first code', async () => {
    const { codeDiscountNode, userErrors } = await create({
      ...TEN,
      endsAt: '2099-02-01T22:59:59Z',
      usageLimit: 1,
      appliesOncePerCustomer: true,
      context: { customers: { add: [customer(1), customer(2)] } },
      minimumRequirement: { subtotal: { greaterThanOrEqualToSubtotal: '30.5' } },
      customerGets: {
        value: { discountAmount: { amount: '5.5', appliesOnEachItem: false } },
        items: { products: { productsToAdd: ['gid://shopify/Product/11'] } },
      },
    });
    expect(userErrors).toEqual([]);
    expect(codeDiscountNode.codeDiscount).toMatchObject({
      __typename: 'DiscountCodeBasic',
      title: 'Ten off',
      status: 'ACTIVE',
      startsAt: STARTS,
      endsAt: '2099-02-01T22:59:59Z',
      usageLimit: 1,
      appliesOncePerCustomer: true,
      codesCount: { count: 1 },
      combinesWith: { orderDiscounts: false, productDiscounts: false, shippingDiscounts: false },
      minimumRequirement: { greaterThanOrEqualToSubtotal: { amount: '30.5' } },
      context: { customers: [{ id: customer(1) }, { id: customer(2) }] },
      customerGets: {
        value: { amount: { amount: '5.5' }, appliesOnEachItem: false },
        items: { products: { nodes: [{ id: 'gid://shopify/Product/11' }] } },
      },
    });
    const found = await small.ask(BY_CODE, { code: 'first' });
    expect(found.data).toEqual({ codeDiscountNodeByCode: { id: codeDiscountNode.id } });
  });

  it('refuses what lacks its title, a code that is taken, an end before the start, and customers nobody knows', async () => {
    await create();
    const codes = async (d: object): Promise<string[]> =>
      (await create(d)).userErrors.map(({ code }) => code);
    expect(await codes(TEN)).toEqual(['TAKEN']);
    expect(await codes({ ...TEN, code: 'Second', title: ' ' })).toEqual(['BLANK']);
    expect(await codes({ ...TEN, code: 'Second', endsAt: '2025-01-01T00:00:00Z' })).toEqual([
      'END_DATE_BEFORE_START_DATE',
    ]);
    const unknown = { ...TEN, code: 'Second', context: { customers: { add: [customer(77)] } } };
    expect(await codes(unknown)).toEqual(['INVALID']);
    const many = Array.from({ length: 251 }, () => customer(1));
    const long = await small.ask(CREATE, { d: { ...TEN, code: 'X', context: { customers: { add: many } } } });
    expect(long.errors?.[0]?.extensions?.code).toBe('MAX_INPUT_SIZE_EXCEEDED');
    expect(small.shop.discounts.size).toBe(1);
  });

  it('needs write_discounts', async () => {
    small.office.scopes = new Set(['read_orders', 'read_discounts']);
    expect((await small.ask(CREATE, { d: TEN })).errors?.[0]?.extensions?.code).toBe('ACCESS_DENIED');
    expect(small.shop.discounts.size).toBe(0);
  });

  it('is made even when nobody hears the answer', async () => {
    small.standIn.trouble.add({ op: 'discountCodeBasicCreate', action: 'timeoutAfterCommit' });
    await expect(small.ask(CREATE, { d: TEN })).rejects.toThrow();
    expect([...small.shop.codes.keys()]).toEqual(['FIRST']);
  });
});

describe('discountCodeBasicUpdate', () => {
  it('given customers to add, then they are added to those there are, and nothing else changes', async () => {
    const { codeDiscountNode } = await create({ ...TEN, context: { customers: { add: [customer(1)] } } });
    const d = { context: { customers: { add: [customer(2)] } } };
    expect((await small.ask(UPDATE, { id: codeDiscountNode.id, d })).data).toMatchObject({
      discountCodeBasicUpdate: { userErrors: [] },
    });
    const discount = small.shop.discounts.get(numberOf(codeDiscountNode.id));
    expect([...(discount?.customers ?? [])]).toEqual([1, 2]);
    expect(discount).toMatchObject({ title: 'Ten off', value: { kind: 'percentage', share: 0.1 } });
  });
});

describe('discountRedeemCodeBulkAdd', () => {
  it('adds codes a while after it was asked, and tells of each what became of it', async () => {
    const { codeDiscountNode } = await create();
    const { bulkCreation } = await add(codeDiscountNode.id, 'ONE', 'one', 'FIRST', 'x'.repeat(256), ' ');
    const { importedCount, failedCount, codes } = await settled(bulkCreation.id);
    expect({ importedCount, failedCount }).toEqual({ importedCount: 1, failedCount: 4 });
    expect(codes.nodes.map(({ errors }) => errors.map(({ code }) => code).join())).toEqual([
      '',
      'TAKEN',
      'TAKEN',
      'TOO_LONG',
      'BLANK',
    ]);
    expect([...small.shop.codes.keys()]).toEqual(['FIRST', 'ONE']);
  });

  it('X9: takes 250 a call at most, and some fail where trouble says so', async () => {
    const { codeDiscountNode } = await create();
    const codes = Array.from({ length: 251 }, (_, i) => `C${i}`);
    const { errors } = await small.ask(ADD, {
      id: codeDiscountNode.id,
      codes: codes.map((code) => ({ code })),
    });
    expect(errors?.[0]?.extensions?.code).toBe('MAX_INPUT_SIZE_EXCEEDED');
    small.standIn.trouble.add({ op: 'discountRedeemCodeBulkAdd', action: 'failCodes', every: 50 });
    const failing = await settled((await add(codeDiscountNode.id, ...codes.slice(0, 250))).bulkCreation.id);
    expect(failing).toMatchObject({ importedCount: 245, failedCount: 5 });
    const rest = failing.codes.nodes
      .filter(({ errors: faults }) => faults.length > 0)
      .map(({ code }) => code);
    expect(rest).toHaveLength(5);
    expect(await settled((await add(codeDiscountNode.id, ...rest)).bulkCreation.id)).toMatchObject({
      importedCount: 5,
    });
  });

  it('is refused for a discount that is gone', async () => {
    const { codeDiscountNode } = await create();
    await small.ask(`mutation Delete($id: ID!) { discountCodeDelete(id: $id) { userErrors { code } } }`, {
      id: codeDiscountNode.id,
    });
    expect((await add(codeDiscountNode.id, 'ONE')).userErrors).toMatchObject([{ field: ['discountId'] }]);
    expect(small.shop.codes.size).toBe(0);
  });
});

describe('webhooks of discounts', () => {
  it('X8: tell of a change, of a deletion and of a removed code, and only who may read discounts', async () => {
    const { codeDiscountNode } = await create();
    const id = numberOf(codeDiscountNode.id);
    small.standIn.trouble.add({ op: /^discounts/, action: 'drop', times: 1000 });
    const sent: string[] = [];
    small.standIn.trouble.at = ({ ops, body }) => {
      if (ops[0] === 'webhook')
        sent.push(`${ops[1]} ${(JSON.parse(body) as Record<string, unknown>).admin_graphql_api_id}`);
      return [{ action: 'drop' }];
    };
    changeDiscount(small.shop, id, { endsAt: null }, Date.now());
    removeCode(small.shop, 'first', Date.now());
    deleteDiscount(small.shop, id, Date.now());
    expect(sent).toEqual(
      ['update', 'redeemcode_removed', 'delete'].map((what) => `discounts/${what} ${codeDiscountNode.id}`),
    );
    sent.length = 0;
    small.office.scopes = new Set(['read_orders']);
    const other = { ...TEN, code: 'Other' };
    small.office.scopes = new Set(['read_orders', 'write_discounts']);
    small.standIn.trouble.at = () => [];
    const made = await create(other);
    small.standIn.trouble.at = ({ ops }) => (sent.push(ops.join()), []);
    small.office.scopes = new Set(['read_orders']);
    deleteDiscount(small.shop, numberOf(made.codeDiscountNode.id), Date.now());
    expect(sent).toEqual([]);
  });
});

describe('a checkout with a code', () => {
  const DAY = 86_400_000;
  const at = Date.parse('2026-06-01T12:00:00Z');
  const basket = { customerId: 1, lines: [{ productId: 11, quantity: 2, price: 1000 }], shipping: 490, at };
  const discounted = async (d: object) => (await create({ ...TEN, ...d })).codeDiscountNode;

  it('takes the discount off, and the order names the code as it is spelled there', async () => {
    await discounted({ usageLimit: 1, appliesOncePerCustomer: true });
    const out = checkOut(small.shop, { ...basket, codes: ['first'] });
    if ('refused' in out) throw new Error(out.refused);
    expect(out.order).toMatchObject({ total: 1800 + 490, discountCodes: ['FIRST'], shipping: 490 });
    const query = `query Order($id: ID!) { order(id: $id) {
      discountCodes totalPriceSet { shopMoney { amount } } totalDiscountsSet { shopMoney { amount } }
      discountApplications(first: 5) { nodes { index __typename
        ... on DiscountCodeApplication { code } ... on AutomaticDiscountApplication { title } } }
      lineItems(first: 5) { nodes { discountAllocations { allocatedAmountSet { shopMoney { amount } } } } } } }`;
    small.office.scopes = new Set(['read_all_orders', 'read_orders']);
    const { data } = await small.ask(query, { id: `gid://shopify/Order/${out.order.id}` });
    expect(data).toEqual({
      order: {
        discountCodes: ['FIRST'],
        totalPriceSet: { shopMoney: { amount: '22.9' } },
        totalDiscountsSet: { shopMoney: { amount: '2.0' } },
        discountApplications: { nodes: [{ index: 0, __typename: 'DiscountCodeApplication', code: 'FIRST' }] },
        lineItems: {
          nodes: [{ discountAllocations: [{ allocatedAmountSet: { shopMoney: { amount: '2.0' } } }] }],
        },
      },
    });
    expect(checkOut(small.shop, { ...basket, codes: ['FIRST'] })).toEqual({
      refused: 'used-up',
      code: 'FIRST',
    });
  });

  it('is refused when the code is unknown, over, of others, or below its minimum, and nothing is ordered', async () => {
    const orders = small.shop.orders.size;
    const refused = (more: object): string => {
      const out = checkOut(small.shop, { ...basket, codes: ['FIRST'], ...more });
      return 'refused' in out ? out.refused : 'ordered';
    };
    expect(refused({})).toBe('unknown');
    await discounted({
      endsAt: new Date(at + DAY).toISOString(),
      context: { customers: { add: [customer(1)] } },
      minimumRequirement: { subtotal: { greaterThanOrEqualToSubtotal: '20' } },
    });
    expect(refused({ at: at + DAY })).toBe('expired');
    expect(refused({ at: Date.parse(STARTS) - 1 })).toBe('not-started');
    expect(refused({ customerId: 2 })).toBe('other-customer');
    expect(refused({ lines: [{ productId: 11, quantity: 1, price: 1999 }] })).toBe('below-minimum');
    expect(refused({ automatic: [{ title: 'Summer', amount: 100 }] })).toBe('not-combinable');
    expect(small.shop.orders.size).toBe(orders);
    expect(refused({ customerId: 2, leaks: true })).toBe('ordered');
  });

  it('given settings that leak, then codes go through twice and beside other discounts, and never cost below nothing', async () => {
    await discounted({ usageLimit: 1 });
    await discounted({
      code: 'FIFTY',
      customerGets: {
        value: { discountAmount: { amount: '50', appliesOnEachItem: false } },
        items: { all: true },
      },
    });
    const leaking = { ...basket, codes: ['FIRST', 'FIFTY'], leaks: true };
    checkOut(small.shop, leaking);
    const out = checkOut(small.shop, { ...leaking, automatic: [{ title: 'Summer', amount: 100 }] });
    expect(out).toMatchObject({ order: { total: 490, discountCodes: ['FIRST', 'FIFTY'] } });
    expect(small.shop.discounts.get(small.shop.codes.get('FIRST') ?? 0)?.codes.get('FIRST')?.uses).toBe(2);
  });
});
