import { BlockStack, Card, List, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import type { CampaignFigures } from '#app/campaigns/figures.ts';
import type { Interval } from '#app/campaigns/proportions.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';

type ResultBasisProps = {
  look: { figures: CampaignFigures; final: boolean };
  observeDays: number;
  launchedOn: Day;
};

/** What a result stands on: days, counts, margin and methods, in plain words. */
export function ResultBasis({ look: { figures, final }, observeDays, launchedOn }: ResultBasisProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { orders, margin, beside, held, treated } = figures;
  const money = (value: number) => format.money(Math.round(value));
  const other = (name: 'welch' | 'bootstrap', of: Interval | null) =>
    of === null
      ? t('campaignResult.basis.noOther', { method: t(`campaignResult.basis.${name}`) })
      : t('campaignResult.basis.other', {
          method: t(`campaignResult.basis.${name}`),
          low: money(of.low),
          high: money(of.high),
        });
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('campaignResult.basis.title')}
        </Text>
        <List>
          <List.Item>
            {t('campaignResult.basis.days', {
              day: format.day(launchedOn),
              days: t('campaignResult.days', { count: observeDays, n: format.count(observeDays) }),
            })}
          </List.Item>
          <List.Item>
            {t('campaignResult.basis.ratio', {
              held: format.count(held.customers),
              all: format.count(held.customers + treated.customers),
              share: format.share(figures.share),
            })}{' '}
            {figures.ratioIsSound && t('campaignResult.ratio.sound')}
          </List.Item>
          <List.Item>
            {t('campaignResult.basis.orders', {
              orders: t('orders', { count: orders.compared, n: format.count(orders.compared) }),
              read: format.count(orders.read),
              costed: format.count(orders.costed),
            })}{' '}
            {margin === null
              ? t(`campaignResult.basis.${treated.profit === null ? 'noMargin' : 'learned'}`)
              : t('campaignResult.basis.margin', { margin: format.share(margin) })}{' '}
            {orders.read < orders.compared && orders.enough && t('campaignResult.basis.unread')}
          </List.Item>
          <List.Item>{t('campaignResult.basis.profit')}</List.Item>
          <List.Item>{t('campaignResult.basis.refunds')}</List.Item>
          <List.Item>{t(`campaignResult.basis.${basisOf(figures, final)}`)}</List.Item>
          {beside !== null && (
            <List.Item>
              {other('welch', beside.welch)} {other('bootstrap', beside.bootstrap)}
            </List.Item>
          )}
        </List>
      </BlockStack>
    </Card>
  );
}

/** Which bounds the intervals have. */
function basisOf({ endedEarly }: CampaignFigures, final: boolean): 'final' | 'endedEarly' | 'interim' {
  if (!final) return 'interim';
  return endedEarly ? 'endedEarly' : 'final';
}
