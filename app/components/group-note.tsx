import { BlockStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { rangeText } from '#app/i18n/ranges.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { segmentRanges } from '#app/rfm/explain.ts';
import { valueRange, type Dimension, type Range } from '#app/rfm/ranges.ts';
import { axesOf, ratio, type Cell } from '#app/rfm/planes.ts';
import { segmentOf, type SegmentSlug } from '#app/rfm/schemes.ts';
import type { CutPoints } from '#app/rfm/scores.ts';

/** Whose customers a list shows: a segment's, one cell's, or those without scores. */
export type Group =
  { kind: 'segment'; segment: SegmentSlug } | ({ kind: 'cell' } & Cell) | { kind: 'unscored' };

type GroupNoteProps = {
  group: Group;
  /** The last full run; null before the first. */
  run: { asOf: Day; cutPoints: CutPoints; scored: number } | null;
  /** How many are in the group, and their money in minor units. */
  total: { customers: number; monetary: number } | null;
};

/** What puts a customer into the group, in real ranges, and how large it is. */
export function GroupNote({ group, run, total }: GroupNoteProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (group.kind === 'unscored') {
    return (
      <div className="rk-edge">
        <Text as="p">{t('members.unscoredText')}</Text>
      </div>
    );
  }
  if (run === null) return null;
  const segment = segmentOfGroup(group);
  const ranges = rangesOf(group, run.cutPoints);
  const words = ranges.map(([dimension, range]) => [dimension, rangeText(t, format, dimension, range)]);
  return (
    <div className="rk-edge">
      <BlockStack gap="100">
        {segment !== null && <Text as="p">{t(`segments.${segment}.means`)}</Text>}
        {ranges.every(([, range]) => range !== null) && (
          <Text as="p">
            {t(`members.ranges.${group.kind === 'cell' ? group.plane : 'rf'}`, Object.fromEntries(words))}
          </Text>
        )}
        {total && (
          <Text as="p" tone="subdued">
            {t('members.total', {
              customers: t('customers', { count: total.customers, n: format.count(total.customers) }),
              share: format.share(ratio(total.customers, run.scored)),
              money: format.wholeMoney(total.monetary),
              day: format.day(run.asOf),
            })}
          </Text>
        )}
      </BlockStack>
    </div>
  );
}

/** The segment all of a group have in common, null when they have none. */
export function segmentOfGroup(group: Group): SegmentSlug | null {
  if (group.kind === 'segment') return group.segment;
  return group.kind === 'cell' && group.plane === 'rf' ? segmentOf(group.down, group.across) : null;
}

/** The real ranges of a group's scores. */
function rangesOf(
  group: Exclude<Group, { kind: 'unscored' }>,
  cutPoints: CutPoints,
): [Dimension, Range | null][] {
  if (group.kind === 'segment') {
    const { r, f } = segmentRanges(group.segment, cutPoints);
    return [
      ['r', r],
      ['f', f],
    ];
  }
  const [vertical, horizontal] = axesOf(group.plane);
  return [
    [vertical, valueRange(cutPoints, vertical, group.down, group.down)],
    [horizontal, valueRange(cutPoints, horizontal, group.across, group.across)],
  ];
}
