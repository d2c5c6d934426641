import { BlockStack, Card, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '#app/i18n/language.tsx';

/** What is stored of one kind, in the words of the schema: English. How long it is kept may be several rules. */
type Stored = { what: string; holds: string; kept: string };

/** What the app stores about people and for how long. */
export function StoredList({ stored }: { stored: Stored[] }) {
  const { t } = useTranslation();
  const { stored: translated } = useLanguage();
  const inWords = (sentence: string): string => translated[sentence] ?? sentence;
  const keptInWords = (kept: string): string => kept.split('; ').map(inWords).join('; ');
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
              {t('privacy.stored.holds', { holds: inWords(holds) })}
            </Text>
            <ul className="rk-rows">
              {stored
                .filter((kind) => kind.holds === holds)
                .map(({ what, kept }) => (
                  <li key={what}>
                    <BlockStack gap="100">
                      <Text as="span">{inWords(what)}</Text>
                      <Text as="span" tone="subdued">
                        {t('privacy.stored.kept', { kept: keptInWords(kept) })}
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
