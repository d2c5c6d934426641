import { Badge, BlockStack, Card, InlineStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { waitsForCodes, type PaidInFull } from '#app/campaigns/full-price.ts';
import { useFormat } from '#app/i18n/format.tsx';

/** How many of a customer's orders were at full price, and whether they seem to wait for discounts. */
export function FullPriceCard({ paid }: { paid: PaidInFull }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { orders, fullPrice } = paid;
  const waits = waitsForCodes(paid);
  return (
    <Card>
      <BlockStack gap="200">
        <InlineStack gap="200" blockAlign="center">
          <Text as="h2" variant="headingMd">
            {t('fullPrice.title')}
          </Text>
          {waits && <Badge tone="attention">{t('fullPrice.waits')}</Badge>}
        </InlineStack>
        <Text as="p">
          {t('fullPrice.text', {
            n: format.count(fullPrice),
            orders: t('orders', { count: orders, n: format.count(orders) }),
            share: format.share(fullPrice / orders),
          })}
        </Text>
        {waits && <Text as="p">{t('fullPrice.waitsText')}</Text>}
      </BlockStack>
    </Card>
  );
}
