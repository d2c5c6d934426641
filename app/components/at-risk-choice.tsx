import { Button, ButtonGroup, InlineStack, Select } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { atRiskSegments, type SegmentSlug } from '#app/rfm/schemes.ts';
import { useScheme, useSegmentWords } from './scheme.tsx';

/** The parts of the at-risk list, as they stand in the address. */
export const AT_RISK_PARTS = ['to-do', 'later', 'mine'] as const;
export type AtRiskPart = (typeof AT_RISK_PARTS)[number];

type AtRiskChoiceProps = {
  part: AtRiskPart;
  /** null = all of them */
  segment: SegmentSlug | null;
  /** Customers of each part, of the segment chosen. */
  counts: Record<AtRiskPart, number>;
  onPart: (part: AtRiskPart) => void;
  onSegment: (segment: SegmentSlug | null) => void;
};

/** Which part of the list is shown, and of which segment. */
export function AtRiskChoice({ part, segment, counts, onPart, onSegment }: AtRiskChoiceProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const wordsOf = useSegmentWords();
  const segments = atRiskSegments(useScheme());
  return (
    <InlineStack gap="300" blockAlign="center">
      <ButtonGroup variant="segmented">
        {AT_RISK_PARTS.map((one) => (
          <Button key={one} pressed={one === part} onClick={() => onPart(one)}>
            {t('atRisk.partCount', { part: t(`atRisk.part.${one}`), n: format.count(counts[one]) })}
          </Button>
        ))}
      </ButtonGroup>
      <Select
        label={t('atRisk.segment')}
        labelInline
        options={[
          { value: '', label: t('atRisk.allSegments') },
          ...segments.map((slug) => ({ value: slug, label: wordsOf(slug).name })),
        ]}
        value={segment ?? ''}
        onChange={(chosen) => onSegment(segments.find((slug) => slug === chosen) ?? null)}
      />
    </InlineStack>
  );
}
