import { Badge, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { grade, valueTier, type SegmentSlug } from '#app/rfm/schemes.ts';

type Tone = 'success' | 'info' | 'attention' | 'warning' | 'critical';

const TONES: Record<SegmentSlug, Tone | undefined> = {
  champions: 'success',
  loyal: 'success',
  'potential-loyalists': 'info',
  new: 'info',
  promising: 'info',
  'needs-attention': 'attention',
  'about-to-sleep': 'attention',
  'at-risk': 'warning',
  'cant-lose-them': 'critical',
  hibernating: undefined,
};

/** The name of a segment; unscored without one. */
export function SegmentBadge({ segment }: { segment: SegmentSlug | null }) {
  const { t } = useTranslation();
  const tone = segment === null ? undefined : TONES[segment];
  const name = t(segment === null ? 'segments.none' : `segments.${segment}.name`);
  return <Badge {...(tone ? { tone } : {})}>{name}</Badge>;
}

/** The three scores with their grades: R5 F4 M2, A B D. */
export function ScoreText({ r, f, m }: { r: number; f: number; m: number }) {
  return (
    <span className="rk-scores">
      <span>{`R${r} F${f} M${m}`}</span>{' '}
      <Text as="span" tone="subdued">{`${grade(r)} ${grade(f)} ${grade(m)}`}</Text>
    </span>
  );
}

/** The value tier in words. */
export function TierBadge({ r, f, m }: { r: number; f: number; m: number }) {
  const { t } = useTranslation();
  return <Badge>{t(`tier.${valueTier(r, f, m)}`)}</Badge>;
}
