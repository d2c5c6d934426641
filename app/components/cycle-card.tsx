import { Badge, BlockStack, Card, InlineStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { cycleLength } from '#app/i18n/cycle-length.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import { SHOP_WEIGHT, type DueDate } from '#app/rfm/due-date.ts';
import type { CycleInForce, CycleState } from '#app/rfm/purchase-cycle.ts';
import type { OwnGap } from '#app/rfm/usual-gap.ts';
import { DueText } from './due-text.tsx';

const TONES = {
  fresh: 'success',
  late: 'attention',
  'about-to-lapse': 'warning',
  lapsed: 'critical',
  'no-order': 'info',
} as const;

/** Where a customer is in the purchase cycle and when the next order is due. */
export type CustomerCycle = {
  asOf: Day;
  lastOrderDay: Day;
  /** Null while the shop has no cycle to go by. */
  standing: { cycle: CycleInForce; state: CycleState } | null;
  own: OwnGap | null;
  /** Null when the shop's usual gap is not known; where it could not be measured, the cycle that was set stands for it. */
  due: (DueDate & { shopGap: number; measured: boolean }) | null;
};

/** A customer's state in the purchase cycle, usual gap and due date, with how sure that is. */
export function CycleCard({ asOf, lastOrderDay, standing, own, due }: CustomerCycle) {
  const { t } = useTranslation();
  const format = useFormat();
  const days = (n: number) => t('cycle.days', { count: n, n: format.count(n) });
  return (
    <Card>
      <BlockStack gap="200">
        <InlineStack gap="200" blockAlign="center">
          <Text as="h2" variant="headingMd">
            {t('cycle.title')}
          </Text>
          {standing !== null && (
            <Badge tone={TONES[standing.state]}>{t(`cycle.state.${standing.state}`)}</Badge>
          )}
        </InlineStack>
        <Text as="p">
          {t('cycle.customer.last', { days: days(asOf - lastOrderDay), day: format.day(lastOrderDay) })}{' '}
          {standing === null
            ? t('cycle.customer.noCycle')
            : t(standing.cycle.chosen ? 'cycle.customer.chosen' : 'cycle.customer.suggested', {
                length: cycleLength(t, format, standing.cycle),
              })}
        </Text>
        <Text as="p">
          {own === null || own.days === 0
            ? t('cycle.customer.noGap')
            : t('cycle.customer.gap', {
                count: own.gaps,
                n: format.count(own.gaps),
                days: days(Math.max(1, Math.round(own.days))),
              })}
        </Text>
        {due === null ? (
          <Text as="p" tone="subdued">
            {t('cycle.customer.noDue')}
          </Text>
        ) : (
          <>
            <Text as="p" fontWeight="medium">
              <DueText dueOn={due.on} asOf={asOf} />
            </Text>
            <Text as="p" tone="subdued">
              {t(due.ownGaps === 0 ? 'cycle.customer.byShop' : 'cycle.customer.byBoth', {
                count: due.ownGaps,
                gap: days(due.gap),
                own: format.count(due.ownGaps),
                shop: t(due.measured ? 'cycle.customer.measured' : 'cycle.customer.set', {
                  days: days(due.shopGap),
                }),
                weight: format.count(SHOP_WEIGHT),
              })}{' '}
              {t('cycle.customer.middleHalf', { from: format.day(due.from), to: format.day(due.to) })}
            </Text>
          </>
        )}
      </BlockStack>
    </Card>
  );
}
