import { CHOICES, isGroup, type Condition, type Group, type Tree } from '#app/rfm/conditions.ts';

/** By what a filter says that customers can be reached. */
export const REACH_FILTERS = ['any', 'email', 'sms'] as const;

/** What the list of customers is narrowed down to; null = not by that. */
export type CustomerFilters = {
  /** number of a saved segment */
  view: number | null;
  /** slug, or "unscored" */
  segment: string | null;
  tier: (typeof CHOICES.tier)[number] | null;
  reach: (typeof REACH_FILTERS)[number] | null;
  /** customers' numbers, as a search found them */
  ids: number[] | null;
};

/** How many numbers an address may name. */
export const MOST_IDS = 250;

/** The filters of an address; what is made up counts as not given. */
export function parseFilters(search: URLSearchParams): CustomerFilters {
  const segment = search.get('segment') ?? '';
  const view = search.get('view') ?? '';
  const ids = search.get('ids');
  return {
    view: /^[1-9]\d{0,14}$/.test(view) ? Number(view) : null,
    segment: /^[a-z0-9][a-z0-9-]{0,63}$/.test(segment) ? segment : null,
    tier: CHOICES.tier.find((tier) => tier === search.get('tier')) ?? null,
    reach: REACH_FILTERS.find((way) => way === search.get('reach')) ?? null,
    ids: ids === null ? null : numbersIn(ids),
  };
}

function numbersIn(list: string): number[] {
  const numbers = list.split(',').filter((one) => /^[1-9]\d{0,14}$/.test(one));
  return [...new Set(numbers.map(Number))].slice(0, MOST_IDS);
}

/** The filters as a question of their own. */
export function filterTree({ segment, tier, reach }: CustomerFilters): Tree {
  const subscribed = (what: 'email' | 'sms'): Condition => ({ what, is: ['subscribed'], not: false });
  const parts: (Condition | Group)[] = [];
  if (segment !== null) parts.push({ what: 'segment', is: [segment], not: false });
  if (tier !== null) parts.push({ what: 'tier', is: [tier], not: false });
  if (reach === 'any') parts.push({ match: 'any', parts: [subscribed('email'), subscribed('sms')] });
  else if (reach !== null) parts.push(subscribed(reach));
  return { match: 'all', parts };
}

/** A question and the filters as one question; null where that would take groups within groups. */
export function merged(base: Tree, filters: Tree): Tree | null {
  if (filters.parts.length === 0) return base;
  if (base.match === 'all' || base.parts.length < 2)
    return { match: 'all', parts: [...base.parts, ...filters.parts] };
  const conditions = base.parts.filter((part): part is Condition => !isGroup(part));
  if (conditions.length < base.parts.length) return null;
  return { match: 'all', parts: [{ match: 'any', parts: conditions }, ...filters.parts] };
}

/** Whether a list is narrowed down by anything. */
export function isFiltered({ view, segment, tier, reach, ids }: CustomerFilters): boolean {
  return [view, segment, tier, reach, ids].some((one) => one !== null);
}
