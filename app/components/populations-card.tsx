import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import { FactsCard } from './facts-card.tsx';

/** How many of those who are scored buy for a company: always, and sometimes. */
export type Buyers = { asOf: Day; scored: number; b2b: number; mixed: number };

/** Whom the customers of a shop buy for; nothing where all buy for themselves. */
export function PopulationsCard({ buyers: { asOf, scored, b2b, mixed } }: { buyers: Buyers }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (b2b + mixed === 0) return null;
  // Scores and counts are read one after the other: never fewer than none.
  const counts = { b2c: Math.max(0, scored - b2b - mixed), b2b, mixed };
  return (
    <FactsCard
      title={t('customerPage.population.all')}
      intro={t('customerPage.population.about', { day: format.day(asOf) })}
      facts={(['b2c', 'b2b', 'mixed'] as const).map((population) => ({
        label: t(`customerPage.population.${population}`),
        value: t('customers', { count: counts[population], n: format.count(counts[population]) }),
      }))}
    />
  );
}
