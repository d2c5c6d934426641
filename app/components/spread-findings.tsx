import { BlockStack, Card, List, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { OtherPopulation } from '#app/rfm/population.ts';
import type { Spread } from '#app/rfm/spread.ts';
import { useSegmentWords } from './scheme.tsx';
import { usePopulationNames } from './use-populations.ts';

/** Segments nobody can reach and why; nothing when the scores spread over all of them. */
export function SpreadFindings({ spread }: { spread: Spread }) {
  const { t } = useTranslation();
  const namesOf = usePopulationNames();
  const { apart = [] } = spread;
  const parts = [{ ...spread, population: null }, ...apart].filter(
    ({ unreachable }) => unreachable.length > 0,
  );
  if (parts.length === 0) return null;
  const whose = (population: OtherPopulation | null): string =>
    population === null
      ? t('spread.rest', { who: namesOf(apart.map((part) => part.population)) })
      : t('spread.among', { who: namesOf([population]) });
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t('spread.title')}
        </Text>
        {parts.map((part) => (
          <PartFindings
            key={part.population}
            part={part}
            whose={apart.length === 0 ? null : whose(part.population)}
          />
        ))}
      </BlockStack>
    </Card>
  );
}

/** @param whose whom it is about, null = all */
function PartFindings({
  part: { unreachable, ties },
  whose,
}: {
  part: Pick<Spread, 'unreachable' | 'ties'>;
  whose: string | null;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const wordsOf = useSegmentWords();
  const scores = (letter: 'R' | 'F' | 'M', needed: number[]) => needed.map((score) => `${letter}${score}`);
  return (
    <>
      {whose !== null && (
        <Text as="h3" variant="headingSm">
          {whose}
        </Text>
      )}
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
    </>
  );
}
