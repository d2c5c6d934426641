import { describe, expect, it } from 'vitest';
import { parsePlan } from '#app/campaigns/parse-plan.ts';
import { needsCode } from '#app/campaigns/plan.ts';
import { parseTemplate } from '#app/campaigns/template.ts';
import { TEMPLATE_NAMES, TEMPLATE_TEXTS, templatePlan, type TemplateName } from '#app/campaigns/templates.ts';
import { LOCALES } from '#app/i18n/locale.ts';
import { TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import { textsIn } from '#tests/i18n/texts.ts';

const plan = (name: TemplateName) =>
  templatePlan(name, { kind: 'segments', slugs: [name] }, (text) => ({ subject: text, body: text }), 0.2);
const offersOf = (name: TemplateName) =>
  plan(name).ladder.map(({ branches }) => branches.flatMap(({ arms }) => arms.map(({ offer }) => offer)));
const isPriced = (kind: string): boolean => kind === 'percentage' || kind === 'amount';

describe('the templates', () => {
  it('given the ten segments, then each has one that is a whole plan', () => {
    expect([...TEMPLATE_NAMES].sort()).toEqual([...TEN_SEGMENTS.segments].sort());
    for (const name of TEMPLATE_NAMES)
      expect({ name, ...parsePlan(plan(name)) }).toMatchObject({ name, ok: true });
  });

  it('given any of them, then it is Manual, by codes only, and begins without an offer', () => {
    for (const name of TEMPLATE_NAMES) {
      expect(plan(name)).toMatchObject({ mode: 'manual', delivery: 'codes', combines: false });
      expect(offersOf(name)[0]?.some(needsCode)).toBe(false);
    }
  });

  it('given those who buy anyway, then they get no discount; elsewhere it comes after all that is without one', () => {
    for (const name of ['champions', 'loyal'] as const)
      expect(
        offersOf(name)
          .flat()
          .every(({ kind }) => !isPriced(kind)),
      ).toBe(true);
    for (const name of TEMPLATE_NAMES) {
      const priced = offersOf(name).map((step) => step.some(({ kind }) => isPriced(kind)));
      const first = priced.indexOf(true);
      // Only a reminder of it or a question comes after the dearest step.
      const after = first < 0 ? [] : plan(name).ladder.slice(first + 1);
      expect(after.every(({ kind }) => kind !== 'message')).toBe(true);
    }
  });

  it('given the first campaign, then it is no offer, free shipping, 10 %', () => {
    expect(offersOf('at-risk').map(([offer]) => offer)).toEqual([
      { kind: 'none' },
      { kind: 'free-shipping', minimum: null },
      { kind: 'percentage', percent: 10, minimum: null, on: { kind: 'all' } },
    ]);
  });

  it.each(LOCALES)('given the words in %s with their tags, then each message can be read', (locale) => {
    const texts = textsIn(`app/i18n/${locale}.json`);
    const tags: Record<string, string> = {
      name: `{{ customer.first_name | default: "${texts.get('campaigns.texts.there')}" }}`,
      code: '{{ offer.code }}',
      ends: '{{ offer.ends }}',
      link: '{{ offer.link }}',
      value: '{{ offer.value }}',
      shop: '{{ shop.name }}',
      products: '{{ products.recommended }}',
      survey: '{{ survey.link }}',
    };
    for (const text of TEMPLATE_TEXTS)
      for (const where of ['subject', 'body'] as const) {
        const words = texts.get(`campaigns.texts.${text}.${where}`) ?? '';
        const filled = words.replaceAll(/\{\{(\w+)\}\}/g, (_, tag: string) => tags[tag] ?? '?');
        expect({ text, where, filled, ...parseTemplate(filled, where) }).toMatchObject({ ok: true });
      }
  });
});
