import { Card, IndexTable, Link, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import { ratio } from '#app/rfm/planes.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';
import { changeOf, type Trend } from '#app/rfm/segment-trend.ts';
import { Amount } from './amount.tsx';
import { useSegmentWords } from './scheme.tsx';
import { Sparkline } from './sparkline.tsx';
import './segments.css';

/** What the list can be sorted by, as it stands in the address. */
export const SEGMENT_SORTS = ['customers', 'stake', 'change'] as const;
type SegmentSort = (typeof SEGMENT_SORTS)[number];

/** A segment as the list shows it. */
export type ListedSegment = {
  segment: SegmentSlug;
  customers: number;
  /** Minor units; null while it is not counted. */
  atStake: number | null;
  trend: Trend;
};

// The columns in order; null = not sortable.
const SORT_OF_COLUMN: (SegmentSort | null)[] = [null, 'customers', null, 'stake', 'change'];

type SegmentsTableProps = {
  segments: readonly ListedSegment[];
  scored: number;
  /** The day the changes are since, null while the history is of one day. */
  since: Day | null;
  sort: SegmentSort;
  onSort: (sort: SegmentSort) => void;
};

/** Every segment with its size, what is at stake in it and how it changed; a row opens its page. */
export function SegmentsTable({ segments, scored, since, sort, onSort }: SegmentsTableProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const wordsOf = useSegmentWords();
  const value = ({ customers, atStake, trend }: ListedSegment): number =>
    ({ customers, stake: atStake ?? 0, change: changeOf(trend) })[sort];
  return (
    <Card padding="0">
      <div className="rk-segments">
        <IndexTable
          selectable={false}
          itemCount={segments.length}
          resourceName={{ singular: t('segmentPages.list.one'), plural: t('segmentPages.list.many') }}
          headings={[
            { title: t('segmentPages.list.segment') },
            { title: t('segmentPages.list.customers'), alignment: 'end' },
            { title: t('segmentPages.list.share'), alignment: 'end' },
            { title: t('segmentPages.list.stake'), alignment: 'end' },
            {
              title:
                since === null
                  ? t('segmentPages.trend.change')
                  : t('segmentPages.list.change', { day: format.day(since) }),
              alignment: 'end',
            },
          ]}
          sortable={SORT_OF_COLUMN.map((column) => column !== null)}
          sortColumnIndex={SORT_OF_COLUMN.indexOf(sort)}
          sortDirection="descending"
          defaultSortDirection="descending"
          onSort={(column) => onSort(SORT_OF_COLUMN[column] ?? 'stake')}
        >
          {segments
            .toSorted((a, b) => value(b) - value(a))
            .map(({ segment, customers, atStake, trend }, position) => (
              <IndexTable.Row id={segment} key={segment} position={position}>
                <IndexTable.Cell as="th" scope="row">
                  <Link url={`/app/segments/${segment}`} dataPrimaryLink removeUnderline={false}>
                    {wordsOf(segment).name}
                  </Link>
                  <div className="rk-row-note">{wordsOf(segment).means}</div>
                </IndexTable.Cell>
                <IndexTable.Cell className="rk-number">{format.count(customers)}</IndexTable.Cell>
                <IndexTable.Cell className="rk-number">
                  {format.share(ratio(customers, scored))}
                </IndexTable.Cell>
                <IndexTable.Cell className="rk-number">
                  {atStake === null ? (
                    <Text as="span" tone="subdued">
                      {t('segmentPages.list.notYet')}
                    </Text>
                  ) : (
                    <Amount minor={atStake} text={format.wholeMoney(atStake)} />
                  )}
                </IndexTable.Cell>
                <IndexTable.Cell className="rk-number">
                  <Change trend={trend} known={since !== null} />
                </IndexTable.Cell>
              </IndexTable.Row>
            ))}
        </IndexTable>
      </div>
    </Card>
  );
}

function Change({ trend, known }: { trend: Trend; known: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!known) {
    return (
      <Text as="span" tone="subdued">
        {t('segmentPages.list.noChange')}
      </Text>
    );
  }
  return (
    <>
      {format.countChange(changeOf(trend))}
      <Sparkline counts={trend.counts} />
      <Text as="span" visuallyHidden>
        {t('segmentPages.list.from', {
          before: format.count(trend.counts[0] ?? 0),
          now: format.count(trend.counts.at(-1) ?? 0),
        })}
      </Text>
    </>
  );
}
