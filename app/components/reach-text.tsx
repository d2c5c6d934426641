import { Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';

/** By what a customer agreed to be reached, and whether there is a phone number; null when it was not read yet. */
export type Reach = { email: boolean; sms: boolean; phone: boolean } | null;

/** By what a customer can be reached. */
export function ReachText({ reach }: { reach: Reach }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (reach === null) return <Text as="span">{t('atRisk.reachBy.unknown')}</Text>;
  const ways = (['email', 'sms'] as const).filter((way) => reach[way]);
  const text =
    ways.length === 0 ? t('atRisk.reachBy.none') : format.list(ways.map((way) => t(`atRisk.reachBy.${way}`)));
  return (
    <>
      <Text as="span">{text}</Text>
      {reach.phone && <span className="rk-row-note rk-line">{t('atRisk.reachBy.phone')}</span>}
    </>
  );
}
