import { Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { axesOf } from '#app/rfm/planes.ts';
import type { OtherPopulation } from '#app/rfm/population.ts';
import type { Spread } from '#app/rfm/spread.ts';
import type { GridView } from './grid-figures.ts';
import { usePopulationNames } from './use-populations.ts';

type GridNotesProps = Pick<GridView, 'plane' | 'total' | 'compare'> &
  Pick<Spread, 'emptyScores' | 'ties'> & {
    /** Customers erased since the day that is compared with. */
    erased: number;
    /** The populations that are scored among their own. */
    apart: readonly OtherPopulation[];
  };

/** What one must know to read the grid: what is compared, which scores nobody can have, what has no name. */
export function GridNotes(props: GridNotesProps) {
  const { plane, total, compare, emptyScores, ties, erased, apart } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const namesOf = usePopulationNames();
  const empty = axesOf(plane).flatMap((dimension) =>
    emptyScores[dimension].map((score) => `${dimension.toUpperCase()}${score}`),
  );
  const tied = axesOf(plane).find(
    (dimension): dimension is 'r' | 'f' => dimension !== 'm' && emptyScores[dimension].length > 0,
  );
  const people = (n: number) => t('customers', { count: n, n: format.count(n) });
  const tie = tied && ties ? ties[tied] : null;
  return (
    <>
      {compare !== null && (
        <Text as="p">
          {t('grid.compare.note', { day: format.day(compare), customers: people(total.earlier) })}
        </Text>
      )}
      {compare !== null && erased > 0 && (
        <Text as="p">{t('grid.compare.erased', { count: erased, n: format.count(erased) })}</Text>
      )}
      {empty.length > 0 && (
        <Text as="p">
          {t('grid.nobody', { scores: format.list(empty) })}{' '}
          {tie &&
            t('grid.tied', {
              customers: people(tie.customers),
              value:
                tied === 'f'
                  ? t('orders', { count: tie.value, n: format.count(tie.value) })
                  : t('grid.lastOrder', {
                      days: t('range.r', { count: tie.value, text: format.count(tie.value) }),
                    }),
            })}
        </Text>
      )}
      {apart.length > 0 && <Text as="p">{t('populations.ranges', { who: namesOf(apart) })}</Text>}
      {plane !== 'rf' && <Text as="p">{t('grid.noNames')}</Text>}
    </>
  );
}
