import { Badge, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { grade, valueTier } from '#app/rfm/grades.ts';
import type { OwnColor } from '#app/rfm/own-scheme.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';
import { useSegmentWords } from './scheme.tsx';

const TONES = {
  green: 'success',
  blue: 'info',
  yellow: 'attention',
  orange: 'warning',
  red: 'critical',
  gray: undefined,
} as const satisfies Record<OwnColor, string | undefined>;

/** A name in one of the colours of segments. */
export function ColorBadge({ color, children }: { color: OwnColor; children: string }) {
  const tone = TONES[color];
  return <Badge {...(tone ? { tone } : {})}>{children}</Badge>;
}

/** The name of a segment; unscored without one. */
export function SegmentBadge({ segment }: { segment: SegmentSlug | null }) {
  const { name, color } = useSegmentWords()(segment);
  return <ColorBadge color={color}>{name}</ColorBadge>;
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
