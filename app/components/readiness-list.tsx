import { Badge, BlockStack, Card, InlineStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { ReadinessCheck } from '#app/rfm/readiness.ts';

/** The readiness checks with the live figure of each, and what cannot be trusted while one is missing. */
export function ReadinessList({ checks }: { checks: ReadinessCheck[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const missing = checks.filter((check) => !check.met);
  const figure = ({ check, value, needed, met }: ReadinessCheck) => {
    if (value === null) return t('readiness.none');
    return t(met ? `readiness.${check}.figureMet` : `readiness.${check}.figure`, {
      value: format.count(value),
      needed: format.count(needed),
    });
  };
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t(missing.length === 0 ? 'readiness.ready' : 'readiness.title')}
        </Text>
        <ul className="rk-rows">
          {checks.map((check) => (
            <li key={check.check}>
              <InlineStack align="space-between" blockAlign="center" gap="200">
                <BlockStack>
                  <Text as="span">{t(`readiness.${check.check}.label`)}</Text>
                  <Text as="span" tone="subdued">
                    {figure(check)}
                  </Text>
                </BlockStack>
                {check.met ? (
                  <Badge tone="success" progress="complete">
                    {t('readiness.met')}
                  </Badge>
                ) : (
                  <Badge tone="attention" progress="incomplete">
                    {t('readiness.missing')}
                  </Badge>
                )}
              </InlineStack>
              {!check.met && <Text as="p">{t(`readiness.${check.check}.warning`)}</Text>}
            </li>
          ))}
        </ul>
      </BlockStack>
    </Card>
  );
}
