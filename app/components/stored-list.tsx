import { BlockStack, Card, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';

/** What is stored of one kind, in words that come with it. */
type Stored = { what: string; holds: string; kept: string };

/** What the app stores about people and for how long. */
export function StoredList({ stored }: { stored: Stored[] }) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('privacy.stored.title')}
        </Text>
        <Text as="p">{t('privacy.stored.what')}</Text>
        {[...new Set(stored.map(({ holds }) => holds))].map((holds) => (
          <BlockStack key={holds} gap="200">
            <Text as="h3" variant="headingSm">
              {t('privacy.stored.holds', { holds })}
            </Text>
            <ul className="rk-rows">
              {stored
                .filter((kind) => kind.holds === holds)
                .map(({ what, kept }) => (
                  <li key={what}>
                    <BlockStack gap="100">
                      <Text as="span">{what}</Text>
                      <Text as="span" tone="subdued">
                        {t('privacy.stored.kept', { kept })}
                      </Text>
                    </BlockStack>
                  </li>
                ))}
            </ul>
          </BlockStack>
        ))}
      </BlockStack>
    </Card>
  );
}
