import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { LEAST_APART, type ApartState } from '#app/rfm/apart.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { OTHER_POPULATIONS, type OtherPopulation } from '#app/rfm/population.ts';
import { FactsCard, type Fact } from './facts-card.tsx';

/** How many of those who are scored are of each population but the main one, and how each is scored. */
export type Buyers = {
  asOf: Day;
  scored: number;
  counts: Record<OtherPopulation, number>;
  states: Record<OtherPopulation, ApartState>;
};

/** Whom the customers of a shop buy for, and who is scored among their own; nothing where all are alike. */
export function PopulationsCard({ buyers: { asOf, scored, counts, states } }: { buyers: Buyers }) {
  const { t } = useTranslation();
  const format = useFormat();
  const others = OTHER_POPULATIONS.filter((population) => counts[population] > 0);
  if (others.length === 0) return null;
  const people = (n: number): string => t('customers', { count: n, n: format.count(n) });
  // Scores and counts are read one after the other: never fewer than none.
  const rest = Math.max(0, scored - others.reduce((sum, population) => sum + counts[population], 0));
  const main: Fact = {
    label: t(counts.pos > 0 ? 'customerPage.population.elsewhere' : 'customerPage.population.b2c'),
    value: people(rest),
  };
  return (
    <FactsCard
      title={t('customerPage.population.all')}
      intro={t('customerPage.population.about', { day: format.day(asOf) })}
      facts={[
        main,
        ...others.map((population) => ({
          label: t(`customerPage.population.${population}`),
          value: people(counts[population]),
          note: t(`populations.state.${states[population]}`, { least: format.count(LEAST_APART) }),
        })),
      ]}
    />
  );
}
