import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameToGreet, oneLine, renderMail, type MailValues } from '#app/campaigns/render-template.ts';
import {
  isAddress,
  LINK_TAGS,
  LIST_TAGS,
  parseTemplate,
  tagsOf,
  TEXT_TAGS,
  type Part,
} from '#app/campaigns/template.ts';

const FOOTER = {
  shop: 'Tea & Co',
  postal: 'Main street 1\n10115 Berlin',
  unsubscribe: 'https://app.example/unsubscribe/abc',
  unsubscribeWords: 'Unsubscribe',
};

function values(patch: Partial<Record<(typeof TEXT_TAGS)[number], string | null>> = {}): MailValues {
  const none = Object.fromEntries(TEXT_TAGS.map((tag) => [tag, null])) as MailValues['text'];
  return {
    text: { ...none, ...patch },
    link: {
      'offer.link': 'https://tea.example/discount/BACK-1?a=1&b=2',
      'unsubscribe.link': 'https://app.example/unsubscribe/abc',
      'survey.link': null,
    },
    list: {
      'products.entry_price': [
        { title: 'Cup <small>', url: 'https://tea.example/cup' },
        { title: 'Tin', url: null },
      ],
      'products.recommended': [],
    },
    segment: 'at-risk',
  };
}

function parts(text: string, where: 'subject' | 'body' = 'body'): Part[] {
  const parsed = parseTemplate(text, where);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.parts;
}

const render = (body: string, with_: MailValues = values(), subject = 'Hello') =>
  renderMail({ subject: parts(subject, 'subject'), body: parts(body) }, with_, FOOTER);

const faults = (text: string, where: 'subject' | 'body' = 'body') => {
  const parsed = parseTemplate(text, where);
  return parsed.ok ? [] : parsed.faults.map(({ fault, line, column }) => [fault, line, column]);
};

describe('what is refused when a text is saved', () => {
  it.each([
    ['Hi {{ customer.email }}', 'unknown-tag', 1, 4],
    ['a\nb {{ customer.first_name | upcase }}', 'unknown-tag', 2, 3],
    ['{{ customer.first_name | upcase: "x" }}', 'unknown-filter', 1, 1],
    ['{{ }}', 'unknown-tag', 1, 1],
    ['{{ constructor }}', 'unknown-tag', 1, 1],
    ['Hi {{ customer.first_name', 'not-closed', 1, 4],
    ['{% segment at-risk %}a', 'not-closed', 1, 1],
    ['{% segment %}a{% end %}', 'no-segment', 1, 1],
    ['{% segment At_Risk %}a{% end %}', 'no-segment', 1, 1],
    ['{% segment a %}{% segment b %}{% end %}', 'nested', 1, 16],
    ['{% else %}', 'not-opened', 1, 1],
    ['a\n\n{% end %}', 'not-opened', 3, 1],
    ['{% segment a %}x{% else %}y{% else %}z{% end %}', 'not-opened', 1, 28],
    ['{% if true %}', 'unknown-block', 1, 1],
    ['[here](javascript:alert)', 'address', 1, 1],
    ['[here](//evil.example)', 'address', 1, 1],
    ['[here]({{ customer.first_name }})', 'unknown-tag', 1, 1],
  ])('given %j, then it is refused with its place', (text, fault, line, column) => {
    expect(faults(text)).toContainEqual([fault, line, column]);
  });

  it('given links and lists in a subject, then it is refused', () => {
    for (const tag of [...LINK_TAGS, ...LIST_TAGS])
      expect(faults(`x {{ ${tag} }}`, 'subject')).toEqual([['not-in-subject', 1, 3]]);
    expect(faults('[x](https://a.example)', 'subject')).toEqual([['not-in-subject', 1, 1]]);
  });

  it('given any name that is not on the list, then it is refused', () => {
    const known = new Set<string>([...TEXT_TAGS, ...LINK_TAGS, ...LIST_TAGS]);
    fc.assert(
      fc.property(fc.stringMatching(/^[\w.]{1,30}$/), (name) => {
        if (!known.has(name)) expect(faults(`{{ ${name} }}`)).toEqual([['unknown-tag', 1, 1]]);
      }),
    );
  });
});

describe('what a customer reads', () => {
  it('given tags with and without a value, then the value, or what was told instead, stands there', () => {
    const body = 'Hi {{ customer.first_name | default: "there" }},\nfrom {{shop.name}}';
    expect(render(body, values({ 'shop.name': 'Tea' })).text).toMatch(/^Hi there,\nfrom Tea\n/);
    expect(render(body, values({ 'customer.first_name': 'Ida' })).text).toMatch(/^Hi Ida,\nfrom\n/);
    expect(
      render('x', values({ 'customer.first_name': 'Ida' }), 'Dear {{ customer.first_name }}').subject,
    ).toBe('Dear Ida');
  });

  it('given a block by segment, then each reads their own', () => {
    const body = '{% segment at-risk cant-lose-them %}We miss you{% else %}Hello{% end %}.';
    expect(render(body).text).toContain('We miss you.');
    expect(render(body, { ...values(), segment: 'new' }).text).toContain('Hello.');
    expect(render(body, { ...values(), segment: null }).text).toContain('Hello.');
  });

  it('given links and lists, then HTML and plain text hold the same', () => {
    const { html, text } = render(
      'Take [your offer]({{ offer.link }}) or https://tea.example/new, and:\n{{ products.entry_price }}\n[Tell us]({{ survey.link }})',
    );
    expect(html).toContain('<a href="https://tea.example/discount/BACK-1?a=1&amp;b=2">your offer</a>');
    expect(html).toContain('<a href="https://tea.example/new">https://tea.example/new</a>, and');
    expect(html).toContain('<li><a href="https://tea.example/cup">Cup &lt;small&gt;</a></li><li>Tin</li>');
    expect(text).toContain('Take your offer: https://tea.example/discount/BACK-1?a=1&b=2 or');
    expect(text).toContain('- Cup <small>: https://tea.example/cup\n- Tin\n');
    // A link that is not known is words.
    expect(html).toMatch(/<p[^>]*>Tell us<\/p>/);
    expect(text).toContain('Tell us');
    for (const one of [html, text]) expect(one).toContain(FOOTER.unsubscribe);
    expect(text).toContain('Main street 1\n10115 Berlin\nUnsubscribe: https://app.example/unsubscribe/abc');
  });

  it('given lines and empty lines, then paragraphs with line ends', () => {
    expect(render('a\nb\n\n\nc').html).toMatch(/<p[^>]*>a<br>\nb<\/p>\n<p[^>]*>c<\/p>/);
  });
});

/** Markup and tags that could break out of where they are put. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.array(
    fc.constantFrom(
      '<script>', '</a>', '"', "'", '&', '<', '>', '\r\n', '\n\n', 'Bcc: a@b.example', '{{ offer.link }}', '{% end %}',
      'https://evil.example/', 'javascript:', '\u202e', '\u2028', '\0', ' ', 'on=',
    ),
  ).map((list) => list.join('')),
); // prettier-ignore

const TAGS_WRITTEN = /<(?!!doctype|\/?(?:html|head|meta|body|div|p|br|ul|li|a)\b)/i;

describe('rules that hold for every text and every value', () => {
  const body = `${TEXT_TAGS.map((tag) => `{{ ${tag} }}`).join(' | ')} {{ products.recommended }}`;

  it('given any value, then it becomes no markup, no link, no header and no other tag', () => {
    fc.assert(
      fc.property(hostile, hostile, (value, title) => {
        const patch = Object.fromEntries(TEXT_TAGS.map((tag) => [tag, value]));
        const given = values(patch);
        const { subject, html, text } = render(
          body,
          { ...given, list: { ...given.list, 'products.recommended': [{ title, url: value }] } },
          '{{ customer.first_name }} {{ shop.name }}',
        );
        // oxlint-disable-next-line no-control-regex
        expect(subject).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
        expect(html).not.toMatch(TAGS_WRITTEN);
        const plain = Object.fromEntries(TEXT_TAGS.map((tag) => [tag, 'x']));
        const url = isAddress(value) ? 'https://x.example' : null;
        const harmless = render(body, {
          ...values(plain),
          list: { ...given.list, 'products.recommended': [{ title: 'x', url }] },
        });
        // Whatever the values are, as many tags are opened.
        expect(html.split('<').length).toBe(harmless.html.split('<').length);
        for (const [, url] of html.matchAll(/href="([^"]*)"/g)) expect(url).toMatch(/^https?:\/\//);
        expect(text).toContain('Unsubscribe: https://app.example/unsubscribe/abc');
      }),
    );
  });

  it('given any text, then it is refused with a place inside it, or rendered with nothing of its own markup', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string({ maxLength: 200 })), (text) => {
        for (const where of ['subject', 'body'] as const) {
          const parsed = parseTemplate(text, where);
          if (parsed.ok) {
            const mail = renderMail({ subject: [], body: parsed.parts }, values(), FOOTER);
            expect(mail.html).not.toMatch(TAGS_WRITTEN);
            expect(tagsOf(parsed.parts).size).toBeLessThanOrEqual(14);
          } else {
            for (const { line, column } of parsed.faults) {
              expect(text.split('\n')[line - 1]?.length).toBeGreaterThanOrEqual(column);
            }
          }
        }
      }),
    );
  });

  it('given a name that is none, then nobody is greeted with it', () => {
    expect(nameToGreet('Ida')).toBe('Ida');
    expect(nameToGreet(' Ída\r\nBcc: x ')).toBe('Ída Bcc: x');
    for (const name of [
      null,
      '',
      '  ',
      'WIN www.evil.example',
      'a@b.example',
      'https://x',
      '<b>',
      'x'.repeat(61),
    ])
      expect(nameToGreet(name)).toBeNull();
    expect(oneLine('a\u202eb\u0000c\n\nd')).toBe('a b c d');
  });
});
