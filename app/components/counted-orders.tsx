import { BlockStack, Card, InlineStack, Link, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { LEFT_OUT_REASONS, type LeftOutReason } from '#app/rfm/order.ts';

type CountedOrdersProps = {
  read: number;
  counted: number;
  leftOut: Record<LeftOutReason, number>;
  /** What could not be read, by reason; every line of the export files is counted. */
  quarantine: readonly { reason: string; count: number }[];
};

/** Reasons that are shown one by one. */
const SHOWN = 5;

/** Data quality: orders read, counted and left out with the count of each rule; unreadable lines. */
export function CountedOrdersCard({ read, counted, leftOut, quarantine }: CountedOrdersProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const out = read - counted;
  const quarantined = quarantine.reduce((sum, { count }) => sum + count, 0);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('counted.title')}
        </Text>
        <Text as="p">
          {t('counted.summary', {
            read: t('orders', { count: read, n: format.count(read) }),
            counted: format.count(counted),
            out: format.count(out),
          })}
        </Text>
        {out > 0 && (
          <ul className="rk-rows">
            {LEFT_OUT_REASONS.filter((reason) => leftOut[reason] > 0).map((reason) => (
              <li key={reason}>
                <InlineStack align="space-between" gap="200">
                  <Text as="span">{t(`counted.reason.${reason}`)}</Text>
                  <Text as="span" numeric>
                    {format.count(leftOut[reason])}
                  </Text>
                </InlineStack>
              </li>
            ))}
          </ul>
        )}
        {quarantined > 0 && (
          <>
            <Text as="p" tone="critical">
              {t('counted.quarantined', { count: quarantined, n: format.count(quarantined) })}
            </Text>
            <ul className="rk-rows">
              {quarantine.slice(0, SHOWN).map(({ reason, count }) => (
                <li key={reason}>
                  <InlineStack align="space-between" gap="200">
                    <Text as="span" breakWord>
                      <span lang="en">{reason}</span>
                    </Text>
                    <Text as="span" numeric>
                      {format.count(count)}
                    </Text>
                  </InlineStack>
                </li>
              ))}
            </ul>
          </>
        )}
        <Text as="p">
          <Link url="/app/settings">{t('counted.change')}</Link>
        </Text>
      </BlockStack>
    </Card>
  );
}
