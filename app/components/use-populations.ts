import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { OtherPopulation } from '#app/rfm/population.ts';

/** Names the customers of some populations, one after the other. */
export function usePopulationNames(): (populations: readonly OtherPopulation[]) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (populations) => format.list(populations.map((one) => t(`populations.names.${one}`)));
}
