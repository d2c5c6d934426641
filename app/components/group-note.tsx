import { BlockStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { scoredApart } from '#app/rfm/apart.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { segmentNeeds, type SegmentNeeds } from '#app/rfm/explain.ts';
import { valueRange } from '#app/rfm/ranges.ts';
import { axesOf, ratio, type Cell } from '#app/rfm/planes.ts';
import type { Scheme, SegmentSlug } from '#app/rfm/schemes.ts';
import type { CutPoints } from '#app/rfm/scores.ts';
import { segmentsOfCell } from './cell-names.ts';
import { useNeedsText } from './needs-text.ts';
import { useScheme, useSegmentWords } from './scheme.tsx';
import { usePopulationNames } from './use-populations.ts';

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
  const scheme = useScheme();
  const wordsOf = useSegmentWords();
  const needsText = useNeedsText();
  const namesOf = usePopulationNames();
  if (group.kind === 'unscored') {
    return (
      <div className="rk-edge">
        <Text as="p">{t('members.unscoredText')}</Text>
      </div>
    );
  }
  if (run === null) return null;
  const segment = segmentOfGroup(scheme, group);
  const means = segment === null ? null : wordsOf(segment).means;
  const needs = needsText(needsOf(scheme, group, run.cutPoints));
  const apart = scoredApart(run.cutPoints);
  return (
    <div className="rk-edge">
      <BlockStack gap="100">
        {means !== null && <Text as="p">{means}</Text>}
        {needs !== null && <Text as="p">{needs}</Text>}
        {needs !== null && apart.length > 0 && (
          <Text as="p">{t('populations.ranges', { who: namesOf(apart) })}</Text>
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
export function segmentOfGroup(scheme: Scheme, group: Group): SegmentSlug | null {
  if (group.kind === 'segment') return group.segment;
  if (group.kind === 'unscored') return null;
  const segments = segmentsOfCell(scheme, group);
  return segments.length === 1 ? (segments[0] ?? null) : null;
}

/** The real ranges of a group's scores. */
function needsOf(
  scheme: Scheme,
  group: Exclude<Group, { kind: 'unscored' }>,
  cutPoints: CutPoints,
): SegmentNeeds {
  if (group.kind === 'segment') return segmentNeeds(scheme, group.segment, cutPoints);
  const [vertical, horizontal] = axesOf(group.plane);
  return {
    ranges: {
      [vertical]: valueRange(cutPoints, vertical, group.down, group.down),
      [horizontal]: valueRange(cutPoints, horizontal, group.across, group.across),
    },
    every: true,
  };
}
