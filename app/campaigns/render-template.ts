import { isAddress, type LinkTag, type ListTag, type Part, type TextTag } from './template.ts';

/** A product a message shows; without an address it is not linked. */
export type ShownProduct = { title: string; url: string | null };

/** What tags stand for in one message; null = not known. */
export type MailValues = {
  text: Readonly<Record<TextTag, string | null>>;
  link: Readonly<Record<LinkTag, string | null>>;
  list: Readonly<Record<ListTag, readonly ShownProduct[]>>;
  /** slug of the customer's segment */
  segment: string | null;
};

/** A message as it is sent: the same in HTML and in plain text. */
export type RenderedMail = { subject: string; html: string; text: string };

/** What stands below every message. */
export type MailFooter = { shop: string; postal: string; unsubscribe: string; unsubscribeWords: string };

const LONGEST_VALUE = 200;
/** Control characters, line ends and marks that turn the direction of what follows. */
const UNSEEN = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;
const BARE_ADDRESS = /https?:\/\/[^\s<>"'`\\{}|^]+[^\s<>"'`\\{}|^.,;:!?)\]]/gi;

/**
 * Renders a text for one customer. Every word, the merchant's as well as the customer's, is escaped where it enters
 * the HTML; markup is only what is written here.
 */
export function renderMail(
  { subject, body }: { subject: readonly Part[]; body: readonly Part[] },
  values: MailValues,
  footer: MailFooter,
): RenderedMail {
  const spans = spansOf(body, values);
  const below = footerSpans(footer);
  return {
    subject: oneLine(spansOf(subject, values).map(plain).join('')),
    html: page(`${paragraphs(spans)}${FOOT_START}${paragraphs(below)}${FOOT_END}`),
    text: `${spans.map(plain).join('').trim()}\n\n--\n${below.map(plain).join('').trim()}\n`,
  };
}

/** A value as it may stand in a line: without line ends and unseen characters, and not endlessly long. */
export function oneLine(value: string): string {
  return value.replace(UNSEEN, ' ').replace(/\s+/g, ' ').trim().slice(0, LONGEST_VALUE);
}

/** A customer's name as it may be greeted with; one with an address in it was not meant as a name. */
export function nameToGreet(name: string | null): string | null {
  const line = oneLine(name ?? '');
  return line === '' || line.length > 60 || /:\/\/|www\.|@|[<>]/i.test(line) ? null : line;
}

/** A part of a message that is neither split nor joined any more. */
type Span =
  | { kind: 'words'; words: string; merchants: boolean }
  | { kind: 'anchor'; words: string; url: string }
  | { kind: 'list'; products: readonly ShownProduct[] };

function spansOf(parts: readonly Part[], values: MailValues): Span[] {
  return parts.flatMap((part): Span[] => {
    if (part.kind === 'words') return [{ kind: 'words', words: part.words, merchants: true }];
    if (part.kind === 'by-segment') {
      const theirs = values.segment !== null && part.slugs.includes(values.segment);
      return spansOf(theirs ? part.those : part.others, values);
    }
    if (part.kind === 'list') return listSpans(values.list[part.tag], part.otherwise);
    if (part.kind === 'anchor') return [anchor(part.words, addressOf(part.to, values))];
    if (part.kind === 'link') {
      const url = addressOf(part.tag, values);
      return url === null ? [said(part.otherwise)] : [anchor(url, url)];
    }
    const value = oneLine(values.text[part.tag] ?? '');
    return [said(value === '' ? part.otherwise : value)];
  });
}

const said = (words: string): Span => ({ kind: 'words', words: oneLine(words), merchants: false });

/** Words that lead somewhere; where that is not known they stay words. */
const anchor = (words: string, url: string | null): Span =>
  url === null ? said(words) : { kind: 'anchor', words: oneLine(words), url };

function listSpans(products: readonly ShownProduct[], otherwise: string): Span[] {
  return products.length > 0 ? [{ kind: 'list', products }] : [said(otherwise)];
}

/** Where a link leads; whatever is not an address of the web leads nowhere. */
function addressOf(to: string, { link }: MailValues): string | null {
  const url = to in link ? link[to as LinkTag] : to;
  return url !== null && isAddress(url) ? url : null;
}

function footerSpans({ shop, postal, unsubscribe, unsubscribeWords }: MailFooter): Span[] {
  const lines = [shop, ...postal.split('\n')].map(oneLine).filter((line) => line !== '');
  return [
    { kind: 'words', words: `${lines.join('\n')}\n`, merchants: false },
    anchor(unsubscribeWords, isAddress(unsubscribe) ? unsubscribe : null),
  ];
}

function plain(span: Span): string {
  if (span.kind === 'words') return span.words;
  if (span.kind === 'anchor') return span.words === span.url ? span.url : `${span.words}: ${span.url}`;
  const lines = span.products.map(({ title, url }) => `- ${oneLine(title)}${url === null ? '' : `: ${url}`}`);
  return `\n${lines.join('\n')}\n`;
}

/** Spans as paragraphs: an empty line begins another one, a line end stays one. */
function paragraphs(spans: readonly Span[]): string {
  const html = spans.map(markup).join('');
  return html
    .split(/\n[^\S\n]*(?:\n[^\S\n]*)+/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) =>
      paragraph.startsWith('<ul')
        ? paragraph
        : `<p style="margin:0 0 16px">${paragraph.replaceAll('\n', '<br>\n')}</p>`,
    )
    .join('\n');
}

function markup(span: Span): string {
  if (span.kind === 'anchor') return link(span.url, span.words);
  if (span.kind === 'words') return span.merchants ? withLinks(span.words) : escapeHtml(span.words);
  const items = span.products.map(({ title, url }) => {
    const words = oneLine(title);
    return `<li>${url !== null && isAddress(url) ? link(url, words) : escapeHtml(words)}</li>`;
  });
  return `\n\n<ul style="margin:0 0 16px;padding-left:20px">${items.join('')}</ul>\n\n`;
}

/** The merchant's own words: addresses in them can be opened. A customer's never become links. */
function withLinks(words: string): string {
  let html = '';
  let from = 0;
  for (const { 0: url, index } of words.matchAll(BARE_ADDRESS)) {
    html += escapeHtml(words.slice(from, index)) + link(url, url);
    from = index + url.length;
  }
  return html + escapeHtml(words.slice(from));
}

function link(url: string, words: string): string {
  return `<a href="${escapeHtml(url)}">${escapeHtml(words)}</a>`;
}

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as it may stand in HTML, between tags and in attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (one) => ESCAPED[one] ?? one);
}

const FOOT_START = '\n<div style="border-top:1px solid #ccc;padding-top:16px;color:#555;font-size:13px">\n';
const FOOT_END = '\n</div>';

function page(content: string): string {
  return `<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body style="margin:0;padding:24px;font-family:Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5;color:#222">
<div style="max-width:600px;margin:0 auto">
${content}
</div>
</body></html>
`;
}
