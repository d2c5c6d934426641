import { useTranslation } from 'react-i18next';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import {
  TEMPLATE_NAMES,
  templatePlan,
  type TemplateName,
  type TemplateText,
  type Words,
} from '#app/campaigns/templates.ts';
import { nearestOfTen, type Scheme } from '#app/rfm/schemes.ts';
import { useScheme, useSegmentWords } from './scheme.tsx';

/** The first campaign that is suggested. */
export const FIRST = 'first';
/** Share that gets nothing until the merchant chose another one. */
const HOLD_OUT = 0.2;

/** What stands in messages for something of the customer, the offer or the shop, see campaigns/template. */
const TAGS = {
  code: '{{ offer.code }}',
  ends: '{{ offer.ends }}',
  link: '{{ offer.link }}',
  value: '{{ offer.value }}',
  shop: '{{ shop.name }}',
  products: '{{ products.recommended }}',
  survey: '{{ survey.link }}',
};

/** A template that fits the scheme in use: how it is called, and the plan it brings. */
export type Template = { value: string; label: string; plan: () => CampaignPlan };

/** The templates for the segments of the scheme in use, the first campaign before all others. */
export function useTemplates(): Template[] {
  const { t } = useTranslation();
  const scheme = useScheme();
  const segmentWords = useSegmentWords();
  const words = (text: TemplateText): Words => {
    const name = `{{ customer.first_name | default: "${t('campaigns.texts.there')}" }}`;
    return {
      subject: t(`campaigns.texts.${text}.subject`, { name, ...TAGS }),
      body: t(`campaigns.texts.${text}.body`, { name, ...TAGS }),
    };
  };
  const planOf = (name: TemplateName, slugs: string[]) => () =>
    templatePlan(name, { kind: 'segments', slugs }, words, HOLD_OUT);
  const first = firstSegments(scheme);
  return [
    ...(first.length === 0
      ? []
      : [{ value: FIRST, label: t('campaigns.template.first'), plan: planOf('at-risk', first) }]),
    ...scheme.segments.flatMap((slug): Template[] => {
      const name = nameOf(scheme, slug);
      return name === null
        ? []
        : [{ value: slug, label: segmentWords(slug).name, plan: planOf(name, [slug]) }];
    }),
  ];
}

/** Where to begin: who used to order more than others and stays away. */
function firstSegments(scheme: Scheme): string[] {
  return scheme.segments.filter((slug) => {
    const name = nameOf(scheme, slug);
    return name === 'at-risk' || name === 'cant-lose-them';
  });
}

function nameOf(scheme: Scheme, slug: string): TemplateName | null {
  const nearest = nearestOfTen(scheme, slug);
  return TEMPLATE_NAMES.find((name) => name === nearest) ?? null;
}
