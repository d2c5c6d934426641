import { Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';

/** By what a customer agreed to be reached, and whether there is a phone number; null when it was not read yet. */
export type Reach = { email: boolean; sms: boolean; phone: boolean } | null;

/** By what a customer can be reached. */
export function ReachText({ reach }: { reach: Reach }) {
  const { t } = useTranslation();
  if (reach === null) return <Text as="span">{t('atRisk.reachBy.unknown')}</Text>;
  const ways = (['email', 'sms'] as const).filter((way) => reach[way]);
  const text =
    ways.length === 0 ? t('atRisk.reachBy.none') : ways.map((way) => t(`atRisk.reachBy.${way}`)).join(', ');
  return (
    <>
      <Text as="span">{text}</Text>
      {reach.phone && <span className="rk-row-note rk-line">{t('atRisk.reachBy.phone')}</span>}
    </>
  );
}
