import { BlockStack, Card, InlineGrid, Link, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import type { CountedOrders } from '#app/rfm/customer-stats.ts';
import type { RunSummary } from '#app/rfm/run-summary.ts';

/** The totals of a run as headline figures, each with the plain sentence that says what it counts. */
export function RunFigures({
  run,
}: {
  run: { orderCounts: CountedOrders; summary: RunSummary; ranOn: Day; asOf: Day };
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { scored, monetary, unscored, oneTime } = run.summary;
  // Orders are counted in full runs; customers and money are those of the day scores are as of.
  const counted =
    run.ranOn < run.asOf ? ` ${t('home.figures.ordersOn', { day: format.day(run.ranOn) })}` : '';
  const left = unscored['no-counted-order'] + unscored['outside-window'];
  const figures = [
    ['scored', format.count(scored), format.count(left)],
    ['orders', format.count(run.orderCounts.counted), format.count(run.orderCounts.read)],
    ['money', format.wholeMoney(monetary), ''],
    ['once', format.share(oneTime / scored), format.count(oneTime)],
  ] as const;
  return (
    <InlineGrid columns={{ xs: 1, sm: 2, lg: 4 }} gap="300">
      {figures.map(([key, value, n]) => (
        <Card key={key}>
          <BlockStack gap="100">
            <Text as="h2" variant="bodyMd" tone="subdued">
              {t(`home.figures.${key}`)}
            </Text>
            <Text as="p" variant="headingLg">
              {value}
            </Text>
            <Text as="p" variant="bodySm" tone="subdued">
              {key === 'scored'
                ? t(left === 0 ? 'home.figures.scoredAll' : 'home.figures.scoredNote', { n, count: left })
                : t(`home.figures.${key}Note`, { n })}
              {key === 'orders' && counted}{' '}
              {key === 'scored' && left > 0 && (
                <Link url="/app/segments/unscored">{t('home.figures.unscored')}</Link>
              )}
            </Text>
          </BlockStack>
        </Card>
      ))}
    </InlineGrid>
  );
}
