import { BlockStack, Button, Card, InlineStack, Link, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { cycleLength } from '#app/i18n/cycle-length.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import { LEAST_WITH_GAP, type CycleInForce, type SuggestedCycle } from '#app/rfm/purchase-cycle.ts';

type UsualGapCardProps = {
  suggested: SuggestedCycle;
  cycle: CycleInForce | null;
  /** Customers with exactly one counted order, as of the run that measured. */
  oneTime: number;
  /** The day of that run. */
  ranOn: Day;
  /** Others may look only. */
  manages: boolean;
  busy: boolean;
  onConfirm: (days: number) => void;
};

/** What the shop's own gaps suggest as its purchase cycle, what that rests on, and what is in force. */
export function UsualGapCard(props: UsualGapCardProps) {
  const { suggested, cycle, oneTime, ranOn, manages, busy, onConfirm } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const days = (n: number) => t('cycle.days', { count: n, n: format.count(n) });
  const suggestion = suggested.kind === 'days' ? suggested.length : null;
  const inForce = cycle !== null && cycle.unit === 'days' && cycle.chosen && cycle.length === suggestion;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {suggested.kind === 'days'
            ? t('cycle.usual.title', { days: days(suggested.median) })
            : t('cycle.usual.unknown')}
        </Text>
        <WhatItRestsOn suggested={suggested} oneTime={oneTime} />
        {suggested.kind !== 'not-measured' && (
          <Text as="p" tone="subdued">
            {t('cycle.usual.measured', { day: format.day(ranOn) })}
          </Text>
        )}
        <Text as="p">
          {cycle === null
            ? t('cycle.inForce.none')
            : t(`cycle.inForce.${cycle.chosen ? 'chosen' : 'suggested'}`, {
                length: cycleLength(t, format, cycle),
              })}
        </Text>
        {!manages && (
          <Text as="p" tone="subdued">
            {t('roles.ask')}
          </Text>
        )}
        <InlineStack gap="300" blockAlign="center">
          {manages && suggestion !== null && !inForce && (
            <Button
              {...(cycle?.chosen === true ? {} : { variant: 'primary' as const })}
              loading={busy}
              onClick={() => onConfirm(suggestion)}
            >
              {t('cycle.use', { length: days(suggestion) })}
            </Button>
          )}
          {manages && <Link url="/app/settings">{t('cycle.other')}</Link>}
        </InlineStack>
      </BlockStack>
    </Card>
  );
}

/** How sure the usual gap is, and whom it leaves out; or why it cannot be said. */
function WhatItRestsOn({ suggested, oneTime }: Pick<UsualGapCardProps, 'suggested' | 'oneTime'>) {
  const { t } = useTranslation();
  const format = useFormat();
  const days = (n: number) => t('cycle.days', { count: n, n: format.count(n) });
  const customers = (n: number) => t('customers', { count: n, n: format.count(n) });
  if (suggested.kind === 'not-measured') return <Text as="p">{t('cycle.usual.notMeasured')}</Text>;
  if (suggested.kind === 'too-few') {
    return (
      <Text as="p">
        {t('cycle.usual.tooFew', {
          customers: customers(suggested.customers),
          least: format.count(LEAST_WITH_GAP),
        })}
      </Text>
    );
  }
  const { median, from, to, quarter, threeQuarters, history } = suggested;
  return (
    <>
      <Text as="p">
        {t('cycle.usual.half', {
          customers: customers(suggested.customers),
          days: days(median),
          from: format.count(from),
          to: days(to),
        })}{' '}
        {t('cycle.usual.spread', { quarter: days(quarter), threeQuarters: days(threeQuarters) })}
      </Text>
      {oneTime > 0 && (
        <Text as="p">{t('cycle.usual.once', { count: oneTime, n: format.count(oneTime) })}</Text>
      )}
      {median * 2 > history && <Text as="p">{t('cycle.usual.short', { days: days(history) })}</Text>}
    </>
  );
}
