import { BlockStack, Card, List, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { nearestOfTen, type SegmentSlug } from '#app/rfm/schemes.ts';
import { PLAYBOOK } from './playbook-tactics.ts';
import { useScheme, useShippedWords } from './scheme.tsx';

/** The tactics that the sources name for a segment, each with its source. */
export function PlaybookCard({ segment }: { segment: SegmentSlug }) {
  const { t } = useTranslation();
  const nearest = nearestOfTen(useScheme(), segment);
  const wordsOf = useShippedWords();
  const playbook = nearest === null ? undefined : PLAYBOOK[nearest];
  if (nearest === null || playbook === undefined) return null;
  return (
    <Card>
      <BlockStack gap="300">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t('playbook.title')}
          </Text>
          <Text as="p" tone="subdued">
            {nearest === segment
              ? t('playbook.what')
              : t('playbook.nearest', { segment: wordsOf(nearest).name })}
          </Text>
        </BlockStack>
        {playbook.map(({ source, tactics }) => (
          <BlockStack key={source} gap="100">
            <Text as="h3" variant="headingSm">
              {t('playbook.source', { source: t(`playbook.sources.${source}`) })}
            </Text>
            <List>
              {tactics.map((tactic) => (
                <List.Item key={tactic}>{t(`playbook.tactics.${tactic}`)}</List.Item>
              ))}
            </List>
          </BlockStack>
        ))}
      </BlockStack>
    </Card>
  );
}
