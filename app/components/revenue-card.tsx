import { BlockStack, Card, Link, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Cycle } from '#app/rfm/purchase-cycle.ts';
import type { RevenueAtRisk } from '#app/rfm/revenue-at-risk.ts';

/** What valuable customers who are about to lapse, or just did, have spent: what could be lost with them. */
export function RevenueCard({
  cycle,
  cameBack,
  counted,
}: {
  /** Null when none is known. */
  cycle: Cycle | null;
  /** Customers whose gaps could suggest one. */
  cameBack: number;
  /** With the instant it was counted at, epoch milliseconds; null before that. */
  counted: (RevenueAtRisk & { at: number }) | null;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t('homePage.risk.title')}
        </Text>
        {cycle === null && (
          <>
            <Text as="p">{t('homePage.risk.noCycle', { count: cameBack, n: format.count(cameBack) })}</Text>
            <Link url="/app/cycle">{t('homePage.risk.setCycle')}</Link>
          </>
        )}
        {cycle !== null && counted === null && <Text as="p">{t('homePage.risk.counting')}</Text>}
        {counted !== null && (
          <>
            <Text as="p" variant="headingLg">
              {format.wholeMoney(counted.monetary)}
            </Text>
            <Text as="p">
              {counted.customers === 0
                ? t('homePage.risk.none')
                : t('homePage.risk.text', { count: counted.customers, n: format.count(counted.customers) })}
            </Text>
          </>
        )}
        {cycle !== null && (
          <Text as="p" variant="bodySm" tone="subdued">
            {t('homePage.risk.past')}{' '}
            {t(`homePage.risk.cycle.${cycle.unit}`, { count: cycle.length, n: format.count(cycle.length) })}{' '}
            <Link url="/app/cycle">{t('homePage.risk.change')}</Link>{' '}
            {counted !== null &&
              t('homePage.risk.at', { time: format.time(counted.at), day: format.dayOf(counted.at) })}
          </Text>
        )}
      </BlockStack>
    </Card>
  );
}
