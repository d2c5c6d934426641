import {
  CONSENT_OF,
  conditionsOf,
  isChoice,
  isGroup,
  isRange,
  RANGES,
  UNSCORED,
  type AskedAsOf,
  type ChoiceCondition,
  type ChoiceKind,
  type Condition,
  type MovedCondition,
  type RangeCondition,
  type Tree,
} from '#app/rfm/conditions.ts';
import { SHOP_WEIGHT } from '#app/rfm/due-date.ts';
import { firstDayOfMove } from '#app/rfm/holds.ts';
import type { MemberQuery } from './members.server.ts';
import { daysOfState, type CycleState } from '#app/rfm/purchase-cycle.ts';

const OF_CUSTOMER: ReadonlySet<string> = new Set<ChoiceKind>(['email', 'sms', 'tag']);
const OF_ORDERS: ReadonlySet<string> = new Set<Condition['what']>([
  'first-order',
  'due-in',
  'overdue',
  'product',
  'type',
  'vendor',
  'channel',
  'first-source',
  'last-source',
]);

/** Tables besides the scores that have to be there. */
type Tables = { customers?: boolean };

/** Who was in a segment of Shopify's when it was read; nobody but the app asks that. */
export type InReading = { reading: number };

/** Whether a question is about what is in orders, which is gathered after they were read. */
export function asksForOrders(tree: Tree): boolean {
  return conditionsOf(tree).some(({ what }) => OF_ORDERS.has(what));
}

/**
 * Questions as SQL, as of a day: beside the scores the customers c where they are needed, each of `each` is true or
 * false for each customer, never null, and whatever somebody wrote is in `values`.
 * @param also tables that the caller reads from beside
 */
export function compileEach(
  shopId: number,
  trees: readonly (Tree | InReading)[],
  asked: AskedAsOf,
  also: Tables = {},
): { from: string; each: string[]; values: unknown[] } {
  const values: unknown[] = [shopId];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const kinds = trees
    .flatMap((tree) => ('reading' in tree ? [] : conditionsOf(tree)))
    .map(({ what }) => what);
  const customers = also.customers === true || kinds.some((what) => OF_CUSTOMER.has(what));
  const each = trees.map((tree) =>
    'reading' in tree ? readingSql(tree, bind) : groupSql(tree, asked, bind),
  );
  const buyers = kinds.includes('buyer');
  return {
    from: `scores s${customers ? ' left join customers c on c.shop_id = $1 and c.id = s.customer_id' : ''}${
      buyers ? ' left join customer_populations p on p.shop_id = $1 and p.customer_id = s.customer_id' : ''
    }`,
    each,
    values,
  };
}

/** The same of questions that all have to hold. */
export function compileTrees(
  shopId: number,
  trees: readonly Tree[],
  asked: AskedAsOf,
  also: Tables = {},
): MemberQuery {
  const { from, each, values } = compileEach(shopId, trees, asked, also);
  return { from, where: ['s.shop_id = $1', ...each].join(' and '), values };
}

type Bind = (value: unknown) => string;

function groupSql({ match, parts }: Tree, asked: AskedAsOf, bind: Bind): string {
  if (parts.length === 0) return 'true';
  const [and, or] = match === 'all' ? [' and ', ' or '] : [' or ', ' and '];
  const found: string[] = [];
  const bought: string[] = [];
  const notBought: string[] = [];
  for (const part of parts) {
    if (isGroup(part)) found.push(groupSql(part, asked, bind));
    else {
      const not = isChoice(part) && part.not;
      const one = conditionSql(part, asked, bind);
      if (OF_ORDERS.has(part.what)) (not ? notBought : bought).push(one);
      else found.push(not ? `not ${one}` : one);
    }
  }
  // What is in orders is looked through once for all that is asked of it, and once for all that must not be there.
  if (bought.length > 0) found.push(boughtSql(bought.join(and)));
  if (notBought.length > 0) found.push(`not ${boughtSql(notBought.join(or))}`);
  return `(${found.join(and)})`;
}

function readingSql({ reading }: InReading, bind: Bind): string {
  return `(s.customer_id in (select i.customer_id from shopify_segment_members i
    where i.shop_id = $1 and i.reading_id = ${bind(reading)}))`;
}

/** A condition as it is without its "not"; one about orders is of a row of what was bought. */
function conditionSql(condition: Condition, asked: AskedAsOf, bind: Bind): string {
  if (isRange(condition)) return rangeSql(condition, asked, bind);
  return isChoice(condition) ? choiceSql(condition, asked, bind) : movedSql(condition, asked, bind);
}

const EPOCH = `date '1970-01-01'`;

function rangeSql({ what, from, to }: RangeCondition, { asOf, due }: AskedAsOf, bind: Bind): string {
  const between = (value: string, type: string, least: number | null, most: number | null): string => {
    const ends = [
      ...(least === null ? [] : [`${value} >= ${bind(least)}::${type}`]),
      ...(most === null ? [] : [`${value} <= ${bind(most)}::${type}`]),
    ];
    return `(${ends.join(' and ')})`;
  };
  // The longer ago, the earlier the day.
  const daysAgo = (day: string): string =>
    `(${between(`(${day} - ${EPOCH})`, 'int', to === null ? null : asOf - to, from === null ? null : asOf - from)} is true)`;
  if (what === 'orders') return between('s.frequency', 'int', from, to);
  if (what === 'spent') return between('s.monetary', 'int8', from, to);
  if (what === 'last-order') return daysAgo('s.last_order_day');
  if (what === 'first-order') return daysAgo('b.order_days[1]');
  if (what === 'due-in' || what === 'overdue') {
    if (due === null) return 'false';
    const day = dueDaySql(due, bind);
    const days = what === 'due-in' ? `${day} - ${bind(asOf)}::int` : `${bind(asOf)}::int - ${day}`;
    // The day is reckoned once for both ends.
    return `(int4range(${bind(from ?? RANGES[what].least)}, ${bind(to)}, '[]') @> (${days}) is true)`;
  }
  // A score of 0 is none.
  return between(`s.${what}`, 'int', from ?? 1, to);
}

const consentSql = (consent: string): string =>
  `case when c.id is null then 'unknown' when ${consent} is null then 'none' ${Object.entries(CONSENT_OF)
    .map(([stored, state]) => `when ${consent} = '${stored}' then '${state}'`)
    .join(' ')} else 'not-subscribed' end`;

/** The value tier of a customer, SQL: as rfm/grades valueTier has it; null = unscored. */
export const TIER = `case when s.r = 0 then null when s.r + s.f + s.m >= 12 then 'high'
  when s.r + s.f + s.m >= 8 then 'medium' else 'low' end`;

/** The one value a customer has, SQL; null = none. */
const VALUE_OF: Readonly<Partial<Record<ChoiceKind, string>>> = {
  tier: TIER,
  segment: `coalesce(s.segment, '${UNSCORED}')`,
  'segment-before': `coalesce(s.previous_segment, '${UNSCORED}')`,
  'first-source': 'b.first_source',
  'last-source': 'b.last_source',
  // Stored are those who buy for a company, and those who buy for themselves at the till only where that is asked for.
  buyer: `case when p.population in ('b2b', 'mixed') then p.population else 'b2c' end`,
  email: consentSql('c.email_consent'),
  sms: consentSql('c.sms_consent'),
};

/** The values a customer has, SQL. */
const VALUES_OF: Readonly<Partial<Record<ChoiceKind, readonly [list: string, type: string]>>> = {
  product: ['b.products', 'int8'],
  type: ['b.types', 'text'],
  vendor: ['b.vendors', 'text'],
  channel: ['b.channels', 'text'],
  tag: ['c.tags', 'text'],
};

function choiceSql({ what, is }: ChoiceCondition, { cycle }: AskedAsOf, bind: Bind): string {
  if (what === 'cycle') return cycleSql(is as CycleState[], cycle, bind);
  const [list, type] = VALUES_OF[what] ?? [];
  // To look for one value in a list takes half as long as to look for what two lists have in common.
  const [one, ...more] = is;
  if (list !== undefined && more.length === 0) return `coalesce(${bind(one)}::${type} = any(${list}), false)`;
  if (list !== undefined) return `coalesce(${list} && ${bind(is)}::${type}[], false)`;
  return `coalesce((${VALUE_OF[what]}) = any(${bind(is)}::text[]), false)`;
}

/**
 * The day on which a next order is due as a number, SQL over a row of what was bought: as rfm/due-date dueDate has it.
 * The days of orders lie in their order, so those before the window are found by halving. Null without an order.
 */
function dueDaySql({ shopGap, windowBegins }: NonNullable<AskedAsOf['due']>, bind: Bind): string {
  const orders = 'cardinality(b.order_days)';
  const last = `b.order_days[${orders}]`;
  const before =
    windowBegins === null ? '0' : `width_bucket(${EPOCH} + ${bind(windowBegins - 1)}::int, b.order_days)`;
  const span = `coalesce(${last} - b.order_days[${before} + 1], 0)`;
  const gaps = `(case when ${span} > 0 then ${orders} - ${before} - 1 else 0 end)`;
  const length = bind(shopGap.length);
  const shop =
    shopGap.unit === 'days'
      ? `${length}::float8`
      : `((${last} + make_interval(months => ${length}::int))::date - ${last})::float8`;
  // The own mean gap times its gaps, as it is reckoned there: to the last bit the same.
  const own = `coalesce(${gaps} * (${span}::float8 / nullif(${gaps}, 0)), 0)`;
  const exact = `(${SHOP_WEIGHT} * ${shop} + ${own}) / (${SHOP_WEIGHT} + ${gaps})`;
  return `(${last} - ${EPOCH} + greatest(1, floor(${exact} + 0.5))::int)`;
}

/** Of whose orders something is true. Their rows are wide: only the numbers of those are kept beside the scores. */
function boughtSql(condition: string): string {
  return `(s.customer_id in (select b.customer_id from bought b where b.shop_id = $1 and (${condition})))`;
}

/** A state of the purchase cycle is told from the day of the last order. */
function cycleSql(states: readonly CycleState[], cycle: AskedAsOf['cycle'], bind: Bind): string {
  if (cycle === null) return 'false';
  const day = `(s.last_order_day - ${EPOCH})`;
  const each = states.flatMap((state): string[] => {
    if (state === 'no-order') return ['s.last_order_day is null'];
    const days = daysOfState(state, cycle);
    if (days === null) return [];
    const ends = [
      ...(days.from === null ? [] : [`${day} >= ${bind(days.from)}::int`]),
      ...(days.to === null ? [] : [`${day} <= ${bind(days.to)}::int`]),
    ];
    return [`(${ends.join(' and ')}) is true`];
  });
  return each.length === 0 ? 'false' : `(${each.join(' or ')})`;
}

function movedSql({ before, after, ...when }: MovedCondition, { asOf }: AskedAsOf, bind: Bind): string {
  const among = (column: string, wanted: string[]): string => {
    if (wanted.length === 0) return '';
    const unscored = wanted.includes(UNSCORED) ? ` or h.${column} is null` : '';
    return ` and (h.${column} = any(${bind(wanted)}::text[])${unscored})`;
  };
  // Read once for all customers: asked for one by one, each customer's whole history would be looked through.
  return `((s.customer_id in (select h.customer_id from segment_changes h where h.shop_id = $1
    and h.day >= ${EPOCH} + ${bind(firstDayOfMove(when, asOf))}::int and h.before is distinct from h.after${among(
      'before',
      before,
    )}${among('after', after)})) is true)`;
}
