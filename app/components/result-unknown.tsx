import { BlockStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { LEAST_EXPECTED } from '#app/campaigns/expected-spread.ts';
import type { CampaignFigures } from '#app/campaigns/figures.ts';
import { ENOUGH_READ } from '#app/campaigns/known-orders.ts';
import { useFormat } from '#app/i18n/format.tsx';

/** Why there is no interval of profit, and what to do about it. */
export function NothingSaid({ figures }: { figures: CampaignFigures }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { orders, denied, treated, held, beside, expected } = figures;
  if (!orders.enough) {
    return (
      <BlockStack gap="200">
        <Text as="p">
          {t('campaignResult.notRead', {
            read: format.count(orders.read),
            orders: t('orders', { count: orders.compared, n: format.count(orders.compared) }),
            least: format.share(ENOUGH_READ),
          })}
        </Text>
        {denied !== null && <Text as="p">{t('campaignResult.denied', { scope: denied })}</Text>}
      </BlockStack>
    );
  }
  if (treated.profit === null || held.profit === null) {
    return <Text as="p">{t('campaignResult.noMargin')}</Text>;
  }
  return (
    <Text as="p">
      {beside === null && expected === null
        ? t('campaignResult.tooFewCustomers', { least: format.count(LEAST_EXPECTED) })
        : t('campaignResult.noBuyers', { least: format.count(2) })}
    </Text>
  );
}
