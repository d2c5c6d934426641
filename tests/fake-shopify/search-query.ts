import { notModelled } from './model.ts';

/** How a search term reads one field of a thing: a number, or a text. */
export type SearchFields<T> = Readonly<Record<string, (thing: T) => number | string | null>>;

type Term = { readonly field: string; readonly operator: string; readonly value: string };

/** `field:>=value`, `field:'value with spaces'`, joined by blanks or AND; Shopify's search syntax as far as it is used. */
const TERM = /^\s*(?:AND\s+)?([a-z_]+):(>=|<=|>|<)?(?:'([^']*)'|"([^"]*)"|([^\s'"()]+))/;

/**
 * The test a `query:` argument stands for. Instants are compared in whole seconds.
 * @throws GraphQLError for syntax or fields that are not modelled: Shopify would ignore them silently
 */
export function searchTest<T>(query: unknown, fields: SearchFields<T>): (thing: T) => boolean {
  const text = typeof query === 'string' ? query : '';
  // Words without a field are looked for in what a thing is called by.
  if (fields[''] !== undefined && text.trim() !== '' && !text.includes(':')) return worded(text, fields['']);
  const tests = terms(text).map((term) => {
    const read = fields[term.field];
    if (read === undefined) throw notModelled(`search by ${term.field}`);
    return one(term, read);
  });
  return (thing) => tests.every((test) => test(thing));
}

function worded<T>(text: string, read: (thing: T) => number | string | null): (thing: T) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return (thing) => {
    const called = String(read(thing) ?? '')
      .toLowerCase()
      .split(/[\s@.]+/);
    return words.every(
      (word) =>
        called.some((part) => part.startsWith(word)) || String(read(thing)).toLowerCase().includes(word),
    );
  };
}

function terms(query: string): Term[] {
  const found: Term[] = [];
  for (let rest = query; rest.trim() !== '';) {
    const term = TERM.exec(rest);
    if (term === null) throw notModelled(`the search "${query}" from "${rest.trim()}" on`);
    const [whole, field, operator, single, double, bare] = term;
    found.push({ field: String(field), operator: operator ?? '=', value: single ?? double ?? String(bare) });
    rest = rest.slice(whole.length);
  }
  return found;
}

function one<T>(
  { field, operator, value }: Term,
  read: (thing: T) => number | string | null,
): (thing: T) => boolean {
  const wanted = wantedValue(field, value);
  return (thing) => {
    const raw = read(thing);
    if (raw === null) return false;
    if (typeof wanted === 'string' || typeof raw === 'string') {
      return operator === '=' && String(raw).toLowerCase() === String(wanted).toLowerCase();
    }
    const has = isInstant(field) ? Math.floor(raw / 1000) : raw;
    if (operator === '>=') return has >= wanted;
    if (operator === '<=') return has <= wanted;
    if (operator === '>') return has > wanted;
    if (operator === '<') return has < wanted;
    return has === wanted;
  };
}

/** Fields such as created_at and customer_date hold instants. */
function isInstant(field: string): boolean {
  return /_(at|date)$/.test(field);
}

function wantedValue(field: string, value: string): number | string {
  if (isInstant(field)) {
    // A day without a zone would mean the shop's zone.
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(value)) {
      throw notModelled(`the instant "${value}" in a search`);
    }
    return Math.floor(Date.parse(value) / 1000);
  }
  return /^\d+$/.test(value) ? Number(value) : value;
}
