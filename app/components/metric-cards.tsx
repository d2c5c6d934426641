import { BlockStack, Card, InlineGrid, Link, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import type { METRICS, Unit } from '#app/rfm/day-figures.ts';
import type { RunSummary } from '#app/rfm/run-summary.ts';
import { useFigure } from './use-figure.ts';

type Metric = {
  reading: (typeof METRICS)[number];
  unit: Unit;
  now: number | null;
  before: number | null;
};

/** What figures of now are held against: the day, and why there may be none. */
type Against = { kind: 'day' | 'reckoning' | 'young' | 'limited' | 'later'; day: Day };

/** The headline figures, each with what it counts and how it changed in thirty days. */
export function MetricCards({
  metrics,
  against,
  summary,
  windowDays,
}: {
  metrics: readonly Metric[];
  against: Against;
  summary: RunSummary;
  windowDays: number | null;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <BlockStack gap="200">
      <InlineGrid columns={{ xs: 2, lg: 4 }} gap="300">
        {metrics.map((metric) => (
          <MetricCard key={metric.reading} {...metric} summary={summary} />
        ))}
      </InlineGrid>
      <div className="rk-edge">
        <Text as="p" variant="bodySm" tone="subdued">
          {t(`homePage.against.${against.kind}`, { day: format.day(against.day) })}{' '}
          {windowDays === null
            ? t('homePage.window.all')
            : t('homePage.window.days', { count: windowDays, n: format.count(windowDays) })}
        </Text>
      </div>
    </BlockStack>
  );
}

function MetricCard({ reading, unit, now, before, summary }: Metric & { summary: RunSummary }) {
  const { t } = useTranslation();
  const { figure, change } = useFigure();
  const exact = reading === 'average-order';
  const changed = change(now, before, unit, exact);
  return (
    <Card>
      <BlockStack gap="100">
        <Text as="h2" variant="bodyMd" tone="subdued">
          {t(`homePage.metric.${reading}.title`)}
        </Text>
        <Text as="p" variant="headingLg">
          {figure(now, unit, exact)}
        </Text>
        {changed !== null && <Text as="p">{changed}</Text>}
        <Text as="p" variant="bodySm" tone="subdued">
          <MetricNote reading={reading} summary={summary} />
        </Text>
      </BlockStack>
    </Card>
  );
}

/** What a figure counts. */
function MetricNote({ reading, summary }: { reading: Metric['reading']; summary: RunSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { unscored, scored, oneTime, orders } = summary;
  if (reading === 'scored') {
    const left = unscored['no-counted-order'] + unscored['outside-window'];
    if (left === 0) return <>{t('homePage.metric.scored.all')}</>;
    return (
      <>
        {t('homePage.metric.scored.left', { count: left, n: format.count(left) })}{' '}
        <Link url="/app/segments/unscored">{t('homePage.metric.scored.show')}</Link>
      </>
    );
  }
  if (reading === 'repeat') {
    const again = scored - oneTime;
    return <>{t('homePage.metric.repeat.note', { n: format.count(again), of: format.count(scored) })}</>;
  }
  if (reading === 'money') return <>{t('homePage.metric.money.note')}</>;
  return (
    <>
      {t('homePage.metric.average-order.note', {
        orders: t('orders', { count: orders, n: format.count(orders) }),
      })}
    </>
  );
}
