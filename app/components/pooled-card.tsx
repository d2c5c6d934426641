import { BlockStack, Card, Link, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import type { Pooled } from '#app/campaigns/pooled.ts';
import { useFormat } from '#app/i18n/format.tsx';
import { ResultInterval } from './result-interval.tsx';

/** Above so much of the spread being more than chance, campaigns are called unlike. */
const UNLIKE = 0.5;

/** What the finished campaigns of a segment brought together. */
export function PooledCard({ pooled }: { pooled: Pooled }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { difference, low, high, campaigns, treated, unlike } = pooled;
  const money = (value: number) => format.money(Math.round(value));
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('pooled.title')}
        </Text>
        <Text as="p">
          {t('pooled.text', {
            campaigns: t('pooled.campaigns', { count: campaigns, n: format.count(campaigns) }),
            customers: t('customers', { count: treated, n: format.count(treated) }),
            low: money(low),
            high: money(high),
          })}
        </Text>
        <ResultInterval
          interval={{ difference, low, high }}
          label={t('campaignResult.moreProfit')}
          text={money}
        />
        <Text as="p" tone="subdued">
          {t('pooled.method')} {unlike > UNLIKE && t('pooled.unlike')}
        </Text>
        <Link url="/app/campaigns">{t('campaigns.title')}</Link>
      </BlockStack>
    </Card>
  );
}
