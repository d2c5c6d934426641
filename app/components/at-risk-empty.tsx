import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import { atRiskSegments, type SegmentSlug } from '#app/rfm/schemes.ts';
import type { AtRiskPart } from './at-risk-choice.tsx';
import { EmptyCard } from './empty-card.tsx';
import { useScheme, useSegmentWords } from './scheme.tsx';

type AtRiskEmptyProps = {
  part: AtRiskPart;
  segment: SegmentSlug | null;
  counts: Record<AtRiskPart, number>;
  asOf: Day;
  /** Shows this part of all segments of the list, or of the one chosen, from its beginning. */
  onShow: (part: AtRiskPart, segment: SegmentSlug | null) => void;
};

/** What stands instead of the list when there is nobody on it: why, and where to go on. */
export function AtRiskEmpty({ part, segment, counts, asOf, onShow }: AtRiskEmptyProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const wordsOf = useSegmentWords();
  const scheme = useScheme();
  const useless = atRiskSegments(scheme).length === 0;
  const state = (title: string, text: string, content: string, onAction: () => void) => (
    <EmptyCard title={title} text={text} action={{ content, onAction }} />
  );
  if (counts[part] > 0) {
    return state(
      t('atRisk.empty.moved.title'),
      t('atRisk.empty.moved.text'),
      t('atRisk.empty.moved.action'),
      () => onShow(part, segment),
    );
  }
  if (part !== 'to-do') {
    return state(
      t(`atRisk.empty.${part}.title`),
      t(`atRisk.empty.${part}.text`),
      t(`atRisk.empty.${part}.action`),
      () => onShow('to-do', segment),
    );
  }
  if (counts.later > 0) {
    const text = t('atRisk.empty.done.text', { count: counts.later, n: format.count(counts.later) });
    return state(t('atRisk.empty.done.title'), text, t('atRisk.empty.done.action'), () =>
      onShow('later', segment),
    );
  }
  if (useless) {
    const text = t(`atRisk.empty.noSegments.${scheme.id === 'tiers' ? 'tiers' : 'own'}`);
    return <EmptyCard title={t('atRisk.empty.noSegments.title')} text={text} />;
  }
  if (segment !== null) {
    const title = t('atRisk.empty.segment.title', { segment: wordsOf(segment).name });
    return state(title, t('atRisk.empty.segment.text'), t('atRisk.empty.segment.action'), () =>
      onShow('to-do', null),
    );
  }
  return (
    <EmptyCard
      title={t('atRisk.empty.nobody.title')}
      text={t('atRisk.empty.nobody.text', { day: format.day(asOf) })}
    />
  );
}
