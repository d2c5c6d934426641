import { Link, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { ratio } from '#app/rfm/planes.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';
import { SegmentCode } from './heat-map.tsx';
import { useScheme, useSegmentWords } from './scheme.tsx';

type SegmentLegendProps = {
  segments: readonly { segment: SegmentSlug; customers: number }[];
  scored: number;
};

/** What the letters in the cells of the R×F plane stand for, and how large each segment is. */
export function SegmentLegend({ segments, scored }: SegmentLegendProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const wordsOf = useSegmentWords();
  const { id } = useScheme();
  return (
    <section>
      <Text as="h2" variant="headingSm">
        {t('segmentTable.title')}
      </Text>
      <Text as="p" tone="subdued">
        {t(`segmentTable.note.${id}`)}
      </Text>
      <ul className="rk-legend">
        {segments.map(({ segment, customers }) => (
          <li key={segment}>
            <SegmentCode code={wordsOf(segment).code} />
            <span>
              <Link url={`/app/segments/${segment}`} removeUnderline={false}>
                {wordsOf(segment).name}
              </Link>{' '}
              <span className="rk-row-note">
                {t('grid.size', {
                  customers: t('customers', { count: customers, n: format.count(customers) }),
                  share: format.share(ratio(customers, scored)),
                })}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
