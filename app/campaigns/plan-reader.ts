import type { Tree } from '#app/rfm/conditions.ts';
import { parseTree } from '#app/rfm/parse-conditions.ts';
import { parseTemplate } from './template.ts';

/** What is wrong with a plan, at which place: names and numbers that lead there, e.g. ladder, 1, waitDays. */
export type PlanFault = {
  at: (string | number)[];
  fault:
    | 'shape'
    | 'bounds'
    | 'empty'
    | 'too-many'
    | 'question'
    | 'first-reminder'
    | 'unreachable'
    | 'template'
    /** shorter than what is planned within it takes */
    | 'too-short'
    /** settled since customers came so far */
    | 'settled'
    /** e-mail without a verified sender */
    | 'no-sender'
    /** a question why they left, without the link to answer it */
    | 'no-survey-link'
    /** it names something that the shop has no more */
    | 'gone';
};

export type Place = (string | number)[];
export type Values = Record<string, unknown>;

/** Reads values and notes what is wrong with them; what could not be read is replaced by something of its kind. */
export class PlanReader {
  readonly #faults: PlanFault[];

  constructor(faults: PlanFault[]) {
    this.#faults = faults;
  }

  object(value: unknown, at: Place): Values {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Values;
    this.#faults.push({ at, fault: 'shape' });
    return {};
  }

  list(from: Values, at: Place, key: string, most: number, least: number): unknown[] {
    const value = from[key];
    if (!Array.isArray(value)) return this.#wrong([...at, key], 'shape', []);
    if (value.length > most) return this.#wrong([...at, key], 'too-many', []);
    return value.length < least ? this.#wrong([...at, key], 'empty', []) : (value as unknown[]);
  }

  one<T extends string>(from: Values, at: Place, key: string, of: readonly [T, ...T[]]): T {
    const value = of.find((known) => known === from[key]);
    return value ?? this.#wrong([...at, key], 'shape', of[0]);
  }

  flag(from: Values, at: Place, key: string): boolean {
    const value = from[key];
    return typeof value === 'boolean' ? value : this.#wrong([...at, key], 'shape', false);
  }

  number(from: Values, at: Place, key: string, { least, most }: { least: number; most: number }): number {
    const value = from[key];
    if (typeof value !== 'number' || !Number.isFinite(value))
      return this.#wrong([...at, key], 'shape', least);
    return value < least || value > most ? this.#wrong([...at, key], 'bounds', least) : value;
  }

  whole(from: Values, at: Place, key: string, bounds: { least: number; most: number }): number {
    const value = this.number(from, at, key, bounds);
    return Number.isInteger(value) ? value : this.#wrong([...at, key], 'bounds', bounds.least);
  }

  id(value: unknown, at: Place): number {
    return Number.isSafeInteger(value) && (value as number) > 0
      ? (value as number)
      : this.#wrong(at, 'shape', 1);
  }

  /** Shopify's global id of a segment. */
  segment(value: unknown, at: Place): string {
    return typeof value === 'string' && /^gid:\/\/shopify\/Segment\/[1-9]\d{0,18}$/.test(value)
      ? value
      : this.#wrong(at, 'shape', 'gid://shopify/Segment/1');
  }

  text(from: Values, at: Place, key: string, most: number, least: number): string {
    return this.string(from[key], [...at, key], most, least);
  }

  string(value: unknown, at: Place, most: number, least: number): string {
    if (typeof value !== 'string') return this.#wrong(at, 'shape', '');
    const text = value.trim();
    // PostgreSQL stores no NUL, and half a character is none.
    if (text.includes('\0') || !text.isWellFormed()) return this.#wrong(at, 'shape', '');
    if (text.length < least) return this.#wrong(at, 'empty', '');
    return text.length > most ? this.#wrong(at, 'too-many', '') : text;
  }

  /** A text with tags, of which only known ones are taken; which are not, and where, parseTemplate tells. */
  template(from: Values, at: Place, key: 'subject' | 'body', most: number): string {
    const text = this.text(from, at, key, most, 0);
    if (!parseTemplate(text, key).ok) this.#faults.push({ at: [...at, key], fault: 'template' });
    return text;
  }

  tree(value: unknown, at: Place): Tree {
    const parsed = parseTree(value);
    return parsed.ok ? parsed.tree : this.#wrong(at, 'question', { match: 'all', parts: [] });
  }

  #wrong<T>(at: Place, fault: PlanFault['fault'], instead: T): T {
    this.#faults.push({ at, fault });
    return instead;
  }
}
