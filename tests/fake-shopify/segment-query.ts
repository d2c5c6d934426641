import { notModelled } from './model.ts';
import type { FakeCustomer } from './store-customers.ts';
import { refundedOf } from './store-orders.ts';
import type { FakeShop } from './store.ts';

/** `name OPERATOR value`, joined by AND: so much of Shopify's segment query language is understood. */
const TERM =
  /^\s*(\w+)\s+(NOT CONTAINS|CONTAINS|=|!=|>=|<=|>|<)\s+(?:'([^']*)'|(-?\d+(?:\.\d+)?))\s*(?:AND\b|$)/;

type Test = (customer: FakeCustomer, shop: FakeShop) => boolean;

/**
 * The test that a segment's query stands for.
 * @throws GraphQLError for whatever is not modelled
 */
export function segmentTest(query: string): Test {
  const tests: Test[] = [];
  for (let rest = query; rest.trim() !== '';) {
    const term = TERM.exec(rest);
    if (term === null) throw notModelled(`the segment "${query}" from "${rest.trim()}" on`);
    const [whole, name = '', operator = '', words, number] = term;
    tests.push(testOf(name, operator, words ?? Number(number)));
    rest = rest.slice(whole.length);
  }
  return (customer, shop) => tests.every((test) => test(customer, shop));
}

function testOf(name: string, operator: string, value: string | number): Test {
  const texts = TEXTS[name];
  if (texts !== undefined && typeof value === 'string') {
    const [positive, negative] = name === 'customer_tags' ? ['CONTAINS', 'NOT CONTAINS'] : ['=', '!='];
    const has: Test = (customer) =>
      texts(customer).some((text) => text.toLowerCase() === value.toLowerCase());
    if (operator === positive) return has;
    if (operator === negative) return (customer, shop) => !has(customer, shop);
  }
  const numbers = NUMBERS[name];
  const compare = COMPARE[operator];
  if (numbers === undefined || compare === undefined || typeof value !== 'number') {
    throw notModelled(`${name} ${operator} ${value} in a segment`);
  }
  return (customer, shop) => compare(numbers(customer, shop), value);
}

const TEXTS: Readonly<Record<string, (customer: FakeCustomer) => readonly string[]>> = {
  customer_tags: ({ tags }) => tags,
  email_subscription_status: ({ emailState }) => [emailState],
};

const NUMBERS: Readonly<Record<string, (customer: FakeCustomer, shop: FakeShop) => number>> = {
  number_of_orders: (customer, shop) => ordersOf(customer, shop).length,
  amount_spent: (customer, shop) =>
    ordersOf(customer, shop).reduce((sum, order) => sum + order.total - refundedOf(order), 0) / 100,
};

const COMPARE: Readonly<Record<string, (has: number, wanted: number) => boolean>> = {
  '=': (has, wanted) => has === wanted,
  '!=': (has, wanted) => has !== wanted,
  '>=': (has, wanted) => has >= wanted,
  '<=': (has, wanted) => has <= wanted,
  '>': (has, wanted) => has > wanted,
  '<': (has, wanted) => has < wanted,
};

function ordersOf({ id }: FakeCustomer, shop: FakeShop) {
  return (shop.ordersByCustomer.get(id) ?? [])
    .flatMap((order) => shop.orders.get(order) ?? [])
    .filter(({ cancelledAt }) => cancelledAt === null);
}
