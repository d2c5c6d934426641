/** What stands for something of the customer, the shop or the offer. Nothing else may be named in a text. */
export const TEXT_TAGS = [
  'customer.first_name',
  'customer.last_name',
  'customer.days_since_order',
  'customer.last_product',
  'customer.segment',
  'shop.name',
  'offer.code',
  'offer.value',
  'offer.ends',
] as const;
/** What stands for an address that can be opened. */
export const LINK_TAGS = ['offer.link', 'unsubscribe.link', 'survey.link'] as const;
/** What stands for a list of products. */
export const LIST_TAGS = ['products.entry_price', 'products.recommended'] as const;

export type TextTag = (typeof TEXT_TAGS)[number];
export type LinkTag = (typeof LINK_TAGS)[number];
export type ListTag = (typeof LIST_TAGS)[number];

/** A part of a text that was understood. */
export type Part =
  | { kind: 'words'; words: string }
  | { kind: 'text'; tag: TextTag; otherwise: string }
  | { kind: 'link'; tag: LinkTag; otherwise: string }
  | { kind: 'list'; tag: ListTag; otherwise: string }
  /** words that lead somewhere: to an address of the merchant's, or to what a tag stands for */
  | { kind: 'anchor'; words: string; to: string | LinkTag }
  /** one text for customers in these segments, another for everybody else */
  | { kind: 'by-segment'; slugs: string[]; those: Part[]; others: Part[] };

/** What is wrong with a text, and where: line and column from 1. */
export type TemplateFault = {
  line: number;
  column: number;
  fault:
    | 'unknown-tag'
    | 'unknown-filter'
    | 'unknown-block'
    | 'not-closed'
    | 'not-opened'
    | 'nested'
    | 'no-segment'
    | 'address'
    | 'not-in-subject';
  /** what stands there, shortened */
  words: string;
};

export type ParsedTemplate = { ok: true; parts: Part[] } | { ok: false; faults: TemplateFault[] };

const TOKEN =
  /\{\{([\s\S]*?)\}\}|\{%([\s\S]*?)%\}|\{\{|\{%|\[([^[\]{}\n]{1,200})\]\(\s*(\{\{[^{}\n]*\}\}|[^()\s]*)\s*\)/g;
const TAG = /^\s*([\w.]+)\s*(?:\|\s*(\w+)\s*:\s*(?:"([^"]*)"|'([^']*)')\s*)?$/;
const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** An address that may stand in a message; spaces and quotes end it, so it never leaves its attribute. */
const ADDRESS = /^https?:\/\/[^\s<>"'`\\{}|^]{1,1000}$/i;
const LONGEST_QUOTE = 40;

/** Whether something is an address of the web that a message may lead to. */
export function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/**
 * Reads a text with tags. Everything that is wrong is named; what is accepted can always be rendered.
 * @param where a subject takes no lists, links and addresses, since it is one line of plain text
 */
export function parseTemplate(text: string, where: 'subject' | 'body'): ParsedTemplate {
  const reader = new Reader(text, where);
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    reader.words(text.slice(from, match.index));
    reader.token(match);
    from = match.index + match[0].length;
  }
  reader.words(text.slice(from));
  return reader.end();
}

type Block = { at: number; slugs: string[]; those: Part[]; others: Part[] | null };

class Reader {
  readonly #text: string;
  readonly #subject: boolean;
  readonly #faults: TemplateFault[] = [];
  readonly #parts: Part[] = [];
  #block: Block | null = null;

  constructor(text: string, where: 'subject' | 'body') {
    this.#text = text;
    this.#subject = where === 'subject';
  }

  words(words: string): void {
    if (words !== '') this.#add({ kind: 'words', words });
  }

  token(match: RegExpExecArray): void {
    const [whole, tag, block, label, to] = match;
    const at = match.index;
    if (tag !== undefined) this.#tag(at, whole, tag);
    else if (block !== undefined) this.#blockWord(at, whole, block.trim().split(/\s+/));
    else if (label !== undefined) this.#anchor(at, whole, label, to ?? '');
    else this.#fault(at, 'not-closed', this.#text.slice(at));
  }

  end(): ParsedTemplate {
    if (this.#block !== null) this.#fault(this.#block.at, 'not-closed', this.#text.slice(this.#block.at));
    return this.#faults.length === 0 ? { ok: true, parts: this.#parts } : { ok: false, faults: this.#faults };
  }

  #tag(at: number, whole: string, inside: string): void {
    const [, name = '', filter, double, single] = TAG.exec(inside) ?? [];
    if (filter !== undefined && filter !== 'default') return this.#fault(at, 'unknown-filter', whole);
    const otherwise = double ?? single ?? '';
    const text = TEXT_TAGS.find((known) => known === name);
    if (text !== undefined) return this.#add({ kind: 'text', tag: text, otherwise });
    const link = LINK_TAGS.find((known) => known === name);
    const list = LIST_TAGS.find((known) => known === name);
    if (link === undefined && list === undefined) return this.#fault(at, 'unknown-tag', whole);
    if (this.#subject) return this.#fault(at, 'not-in-subject', whole);
    if (link !== undefined) return this.#add({ kind: 'link', tag: link, otherwise });
    return this.#add({ kind: 'list', tag: list!, otherwise });
  }

  #anchor(at: number, whole: string, words: string, to: string): void {
    if (this.#subject) return this.#fault(at, 'not-in-subject', whole);
    const named = /^\{\{\s*([\w.]+)\s*\}\}$/.exec(to)?.[1];
    const link = LINK_TAGS.find((known) => known === named);
    if (link !== undefined) return this.#add({ kind: 'anchor', words, to: link });
    return isAddress(to)
      ? this.#add({ kind: 'anchor', words, to })
      : this.#fault(at, named === undefined ? 'address' : 'unknown-tag', whole);
  }

  #blockWord(at: number, whole: string, [word, ...slugs]: string[]): void {
    const block = this.#block;
    if (word === 'segment') {
      if (block !== null) return this.#fault(at, 'nested', whole);
      if (slugs.length === 0 || !slugs.every((slug) => SLUG.test(slug))) this.#fault(at, 'no-segment', whole);
      this.#block = { at, slugs, those: [], others: null };
    } else if (word === 'else' && slugs.length === 0) {
      if (block === null || block.others !== null) return this.#fault(at, 'not-opened', whole);
      block.others = [];
    } else if (word === 'end' && slugs.length === 0) {
      if (block === null) return this.#fault(at, 'not-opened', whole);
      const { those, others } = block;
      this.#parts.push({ kind: 'by-segment', slugs: block.slugs, those, others: others ?? [] });
      this.#block = null;
    } else this.#fault(at, 'unknown-block', whole);
  }

  #add(part: Part): void {
    const block = this.#block;
    (block === null ? this.#parts : (block.others ?? block.those)).push(part);
  }

  #fault(at: number, fault: TemplateFault['fault'], words: string): void {
    const before = this.#text.slice(0, at).split('\n');
    this.#faults.push({
      line: before.length,
      column: (before.at(-1) ?? '').length + 1,
      fault,
      words: words.slice(0, LONGEST_QUOTE),
    });
  }
}

/** The tags that a text names, those in blocks too. */
export function tagsOf(parts: readonly Part[]): Set<TextTag | LinkTag | ListTag> {
  const tags = new Set<TextTag | LinkTag | ListTag>();
  for (const part of parts) {
    if (part.kind === 'by-segment') for (const tag of tagsOf([...part.those, ...part.others])) tags.add(tag);
    else if (part.kind === 'anchor') {
      const link = LINK_TAGS.find((known) => known === part.to);
      if (link !== undefined) tags.add(link);
    } else if (part.kind !== 'words') tags.add(part.tag);
  }
  return tags;
}
