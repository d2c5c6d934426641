import { BlockStack, Card, InlineStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { RunSummary } from '#app/rfm/run-summary.ts';
import './home.css';

const TIERS = ['high', 'medium', 'low'] as const;

/** How many customers are of each value tier, as numbers and as parts of one bar. */
export function TierCard({ summary: { tiers, scored } }: { summary: RunSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Card>
      <BlockStack gap="300">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t('homePage.tiers.title')}
          </Text>
          <Text as="p" tone="subdued">
            {t('homePage.tiers.what')}
          </Text>
        </BlockStack>
        <div className="rk-tier-bar" aria-hidden="true">
          {TIERS.filter((tier) => tiers[tier] > 0).map((tier) => (
            <span key={tier} className={`rk-tier-${tier}`} style={{ flexGrow: tiers[tier] }} />
          ))}
        </div>
        <ul className="rk-rows">
          {TIERS.map((tier) => (
            <li key={tier}>
              <InlineStack align="space-between" gap="200">
                <Text as="span">
                  <span className={`rk-swatch rk-tier-${tier}`} aria-hidden="true" />
                  {t(`homePage.tiers.${tier}`)}
                </Text>
                <Text as="span" numeric>
                  {t('homePage.tiers.count', {
                    n: format.count(tiers[tier]),
                    share: format.share(tiers[tier] / scored),
                  })}
                </Text>
              </InlineStack>
            </li>
          ))}
        </ul>
      </BlockStack>
    </Card>
  );
}
