import { useTranslation } from 'react-i18next';
import { CHOICES, UNSCORED, type ChoiceKind } from '#app/rfm/conditions.ts';
import { useScheme, useSegmentWords } from './scheme.tsx';
import { useChannelName } from './use-channel-name.ts';
import type { Value } from './value-picker.tsx';

/** How the values of conditions are called. @param titles of products by their numbers */
export function useConditionWords(titles: Readonly<Record<string, string>>) {
  const { t } = useTranslation();
  const { segments } = useScheme();
  const segmentWords = useSegmentWords();
  const channelName = useChannelName();
  const segmentName = (slug: string): string => segmentWords(slug === UNSCORED ? null : slug).name;
  const nameOf = (what: ChoiceKind, value: string): string => {
    switch (what) {
      case 'segment':
      case 'segment-before':
        return segmentName(value);
      case 'tier':
        return t(`tier.${value as 'high'}`);
      case 'cycle':
        return t(`cycle.state.${value as 'fresh'}`);
      case 'buyer':
        return t(`customerPage.population.${value as 'b2c'}`);
      case 'email':
      case 'sms':
        return t(`builder.consent.${value as 'subscribed'}`);
      case 'product':
        return titles[value] ?? t('builder.productNumber', { id: value });
      case 'channel':
        return channelName(value);
      default:
        return value;
    }
  };
  const segmentValues: Value[] = [...segments, UNSCORED].map((value) => ({
    value,
    label: segmentName(value),
  }));
  /** What can be chosen without asking the shop. */
  const valuesOf = (what: ChoiceKind): Value[] => {
    if (what === 'segment' || what === 'segment-before') return segmentValues;
    return (CHOICES[what] ?? []).map((value) => ({ value, label: nameOf(what, value) }));
  };
  return { nameOf, valuesOf, segmentName, segmentValues };
}
