import { Banner, BlockStack, Card, Link, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import { fallenPath } from './moves-links.ts';

type Slipping = {
  days: { from: Day; to: Day };
  fell: number;
  valuable: number;
  percent: number;
  warns: boolean;
};

/** Valuable customers whose segment got worse lately: a warning from the merchant's threshold on, otherwise a card. */
export function SlippingCard({ slipping }: { slipping: Slipping | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const title = t('homePage.slipping.title');
  if (slipping === null) {
    return (
      <Card>
        <BlockStack gap="200">
          <Text as="h2" variant="headingMd">
            {title}
          </Text>
          <Text as="p">{t('homePage.slipping.tomorrow')}</Text>
        </BlockStack>
      </Card>
    );
  }
  const { days, fell, valuable, percent, warns } = slipping;
  const words = {
    count: fell,
    n: format.count(fell),
    valuable: format.count(valuable),
    from: format.day(days.from),
    to: format.day(days.to),
  };
  const rest = (
    <BlockStack gap="100">
      <Text as="p">{t(fell === 0 ? 'homePage.slipping.none' : 'homePage.slipping.text', words)}</Text>
      <Text as="p" tone={warns ? 'base' : 'subdued'}>
        {t('homePage.slipping.threshold', { percent: format.share(percent / 100) })}{' '}
        <Link url="/app/settings#home">{t('homePage.slipping.change')}</Link>
      </Text>
      {fell > 0 && <Link url={fallenPath(days)}>{t('homePage.slipping.show', words)}</Link>}
    </BlockStack>
  );
  if (warns) {
    return (
      <Banner tone="warning" title={t('homePage.slipping.warning', words)}>
        {rest}
      </Banner>
    );
  }
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {title}
        </Text>
        {rest}
      </BlockStack>
    </Card>
  );
}
