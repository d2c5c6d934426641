import { BlockStack, Box, Card, IndexTable, Link, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { RunSummary } from '#app/rfm/run-summary.ts';
import { Amount } from './amount.tsx';
import { useScheme, useSegmentWords } from './scheme.tsx';

/** Every segment of the scheme with size, share of scored customers and money; a row opens its members. */
export function SegmentTable({
  segments,
  scored,
  provisional,
}: {
  segments: RunSummary['segments'];
  scored: number;
  provisional: boolean;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const wordsOf = useSegmentWords();
  const { id } = useScheme();
  return (
    <Card padding="0">
      <Box padding="400" paddingBlockEnd="200">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t('segmentTable.title')}
          </Text>
          <Text as="p" tone="subdued">
            {provisional ? t('segmentTable.provisional') : t(`segmentTable.note.${id}`)}
          </Text>
        </BlockStack>
      </Box>
      <IndexTable
        selectable={false}
        itemCount={segments.length}
        resourceName={{ singular: t('segmentTable.one'), plural: t('segmentTable.many') }}
        headings={[
          { title: t('segmentTable.segment') },
          { title: t('segmentTable.customers'), alignment: 'end' },
          { title: t('segmentTable.share'), alignment: 'end' },
          { title: t('segmentTable.money'), alignment: 'end' },
        ]}
      >
        {segments.map(({ segment: slug, customers, monetary }, position) => (
          <IndexTable.Row id={slug} key={slug} position={position}>
            <IndexTable.Cell as="th" scope="row">
              <Link url={`/app/segments/${slug}`} dataPrimaryLink removeUnderline={false}>
                {wordsOf(slug).name}
              </Link>
              <div className="rk-row-note">{wordsOf(slug).means}</div>
            </IndexTable.Cell>
            <IndexTable.Cell className="rk-number">{format.count(customers)}</IndexTable.Cell>
            <IndexTable.Cell className="rk-number">
              {format.share(scored === 0 ? 0 : customers / scored)}
            </IndexTable.Cell>
            <IndexTable.Cell className="rk-number">
              <Amount minor={monetary} text={format.wholeMoney(monetary)} />
            </IndexTable.Cell>
          </IndexTable.Row>
        ))}
      </IndexTable>
    </Card>
  );
}
