import { BlockStack, Card, List, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Spread } from '#app/rfm/spread.ts';
import { useSegmentWords } from './scheme.tsx';

/** Segments nobody can reach and why; nothing when the scores spread over all of them. */
export function SpreadFindings({ spread }: { spread: Spread }) {
  const { t } = useTranslation();
  const format = useFormat();
  const wordsOf = useSegmentWords();
  const { unreachable, ties } = spread;
  if (unreachable.length === 0) return null;
  const scores = (letter: 'R' | 'F' | 'M', needed: number[]) => needed.map((score) => `${letter}${score}`);
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t('spread.title')}
        </Text>
        <List>
          {unreachable.map(({ segment, r, f, m }) => (
            <List.Item key={segment}>
              {t('spread.unreachable', {
                segment: wordsOf(segment).name,
                scores: format.list([...scores('R', r), ...scores('F', f), ...scores('M', m ?? [])]),
              })}
            </List.Item>
          ))}
        </List>
        {ties && (
          <Text as="p" tone="subdued">
            {t('spread.ties', {
              count: ties.f.customers,
              customers: t('customers', { count: ties.f.customers, n: format.count(ties.f.customers) }),
              f: t('orders', { count: ties.f.value, n: format.count(ties.f.value) }),
            })}
          </Text>
        )}
      </BlockStack>
    </Card>
  );
}
