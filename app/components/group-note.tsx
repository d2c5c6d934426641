import { BlockStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { rangeText } from '#app/i18n/ranges.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { segmentRanges } from '#app/rfm/explain.ts';
import { valueRange } from '#app/rfm/ranges.ts';
import type { RunSummary } from '#app/rfm/run-summary.ts';
import { segmentOf, type SegmentSlug } from '#app/rfm/schemes.ts';
import type { CutPoints } from '#app/rfm/scores.ts';

/** Whose customers a list shows: a segment's, one cell's, or those without scores. */
export type Group =
  { kind: 'segment'; segment: SegmentSlug } | { kind: 'cell'; r: number; f: number } | { kind: 'unscored' };

type GroupNoteProps = {
  group: Group;
  /** The last full run; null before the first. */
  run: { asOf: Day; cutPoints: CutPoints; summary: RunSummary } | null;
};

/** What puts a customer into the group, in real ranges, and how large it is. */
export function GroupNote({ group, run }: GroupNoteProps) {
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
  const { cutPoints, summary } = run;
  const segment = group.kind === 'segment' ? group.segment : segmentOf(group.r, group.f);
  const ranges =
    group.kind === 'segment'
      ? segmentRanges(segment, cutPoints)
      : {
          r: valueRange(cutPoints, 'r', group.r, group.r),
          f: valueRange(cutPoints, 'f', group.f, group.f),
        };
  const total =
    group.kind === 'segment'
      ? summary.segments.find((row) => row.segment === segment)
      : summary.grid.find((cell) => cell.r === group.r && cell.f === group.f);
  return (
    <div className="rk-edge">
      <BlockStack gap="100">
        <Text as="p">{t(`segments.${segment}.means`)}</Text>
        {ranges.r && ranges.f && (
          <Text as="p">
            {t('members.ranges', {
              r: rangeText(t, format, 'r', ranges.r),
              f: rangeText(t, format, 'f', ranges.f),
            })}
          </Text>
        )}
        {total && (
          <Text as="p" tone="subdued">
            {t('members.total', {
              customers: t('customers', { count: total.customers, n: format.count(total.customers) }),
              share: format.share(summary.scored === 0 ? 0 : total.customers / summary.scored),
              money: format.wholeMoney(total.monetary),
              day: format.day(run.asOf),
            })}
          </Text>
        )}
      </BlockStack>
    </div>
  );
}
