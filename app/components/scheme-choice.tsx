import { BlockStack, Card, ChoiceList, InlineStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { SCHEME_IDS, schemeOf, type SchemeId } from '#app/rfm/schemes.ts';
import { ColorBadge } from './score-badges.tsx';
import { useShippedWords } from './scheme.tsx';

type SchemeChoiceProps = {
  chosen: SchemeId;
  onChoose: (scheme: SchemeId) => void;
  /** Shown to somebody who may not change it. */
  readOnly: boolean;
};

/** Which scheme names the segments, and the segments of the one that is chosen. */
export function SchemeChoice({ chosen, onChoose, readOnly }: SchemeChoiceProps) {
  const { t } = useTranslation();
  const wordsOf = useShippedWords();
  const shipped = chosen === 'own' ? [] : schemeOf({ scheme: chosen, ownScheme: null }).segments;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('scheme.choice')}
        </Text>
        <ChoiceList
          title={t('scheme.choice')}
          titleHidden
          disabled={readOnly}
          choices={SCHEME_IDS.map((id) => ({
            value: id,
            label: t(`scheme.names.${id}`),
            helpText: t(`scheme.what.${id}`),
          }))}
          selected={[chosen]}
          onChange={([id]) => onChoose(SCHEME_IDS.find((one) => one === id) ?? chosen)}
        />
        {shipped.length > 0 && (
          <BlockStack gap="200">
            <Text as="h3" variant="headingSm">
              {t('scheme.segments')}
            </Text>
            <InlineStack gap="200">
              {shipped.map((slug) => {
                const { name, color } = wordsOf(slug);
                return (
                  <ColorBadge key={slug} color={color}>
                    {name}
                  </ColorBadge>
                );
              })}
            </InlineStack>
          </BlockStack>
        )}
      </BlockStack>
    </Card>
  );
}
