import { Banner, Link, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { cycleLength } from '#app/i18n/cycle-length.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { Cycle } from '#app/rfm/purchase-cycle.ts';

type EarlyRiskWarningProps = {
  /** From how many days since the last order on scores are R1–2, see `earlyAtRisk`. */
  days: number;
  cycle: Cycle;
  /** Leads to the purchase cycle, where the warning stands elsewhere. */
  link?: boolean;
};

/** Says that At risk includes customers who ordered less than half a purchase cycle ago, and why. */
export function EarlyRiskWarning({ days, cycle, link = false }: EarlyRiskWarningProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const length = cycleLength(t, format, cycle);
  return (
    <Banner
      tone="warning"
      title={
        days === 0 ? t('cycle.early.today') : t('cycle.early.title', { count: days, n: format.count(days) })
      }
    >
      <Text as="p">
        {t('cycle.early.text', { days: t('cycle.days', { count: days, n: format.count(days) }), length })}{' '}
        {link && <Link url="/app/cycle">{t('cycle.early.action')}</Link>}
      </Text>
    </Banner>
  );
}
