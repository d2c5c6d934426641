import { BlockStack, Link, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import type { CountedOrders } from '#app/rfm/customer-stats.ts';
import type { OtherPopulation } from '#app/rfm/population.ts';
import type { RunSummary } from '#app/rfm/run-summary.ts';
import type { FrequencyMethod } from '#app/rfm/scores.ts';
import { usePopulationNames } from './use-populations.ts';

type StatusLineProps = {
  run: {
    asOf: Day;
    frequencyMethod: FrequencyMethod | 'own';
    /** the populations that are scored among their own */
    apart: OtherPopulation[];
    orderCounts: CountedOrders;
    summary: RunSummary;
  };
  /** What changed before this instant is in; null while the import runs. */
  dataUpTo: number | null;
};

/** As of when the numbers are, how frequency is scored, and who is scored apart. */
export function StatusLine({ run, dataUpTo }: StatusLineProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const namesOf = usePopulationNames();
  const { asOf, frequencyMethod, apart, orderCounts, summary } = run;
  const once = summary.oneTime / summary.scored;
  const words = {
    day: format.day(asOf),
    orders: t('orders', { count: orderCounts.read, n: format.count(orderCounts.read) }),
  };
  // The rule by which the first import chooses; afterwards it is only advice.
  const advise = frequencyMethod === 'all-customers' && once >= 0.6;
  return (
    <div className="rk-edge">
      <BlockStack gap="100">
        <Text as="p">
          {dataUpTo === null
            ? t('home.asOf', words)
            : t('home.status', { ...words, time: format.time(dataUpTo), dataDay: format.dayOf(dataUpTo) })}
        </Text>
        <Text as="p">
          {t(`home.method.${frequencyMethod}`, { share: format.share(once) })}{' '}
          {advise && `${t('home.method.adviseRepeat', { share: format.share(once) })} `}
          {apart.length > 0 && `${t('populations.apart', { who: namesOf(apart) })} `}
          <Link url="/app/settings">{t('home.method.change')}</Link>
        </Text>
      </BlockStack>
    </div>
  );
}
