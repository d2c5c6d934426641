import { BlockStack, Card, Link, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import type { SchemeId } from '#app/rfm/schemes.ts';

/** Which scheme the settings name, and the way to its page. */
export function SchemeCard({ scheme }: { scheme: SchemeId }) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t('scheme.title')}
        </Text>
        <Text as="p">
          {t('scheme.card', { scheme: t(`scheme.names.${scheme}`) })}{' '}
          <Link url="/app/scheme">{t('scheme.change')}</Link>
        </Text>
      </BlockStack>
    </Card>
  );
}
