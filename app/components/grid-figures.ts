import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import { ratio, type CellCount, type Measure, type Plane, type PlaneCell } from '#app/rfm/planes.ts';

/** What the heat map and its table show. */
export type GridView = {
  plane: Plane;
  measure: Measure;
  /** All 25 cells, best row first. */
  cells: readonly PlaneCell[];
  /** Everybody scored. */
  total: CellCount;
  /** The day that is compared with, null for none. */
  compare: Day | null;
  /** The real range behind a score: "143 days or more". */
  range: (dimension: 'r' | 'f' | 'm', score: number) => string;
  /** Where a cell's customers are listed. */
  href: (down: number, across: number) => string;
};

/** Where the steps of shading begin: parts of all customers or money, or times the shop's mean. */
const STEPS: Record<'part' | 'mean', readonly number[]> = {
  part: [0, 0.005, 0.02, 0.05, 0.1],
  mean: [0, 0.5, 0.8, 1.25, 2],
};

/** What a cell says: each figure as text, and how dark the cell and how long its bar is. */
export function useCellFigures({ measure, cells, total }: Pick<GridView, 'measure' | 'cells' | 'total'>) {
  const { t } = useTranslation();
  const format = useFormat();
  const mean = (cell: CellCount) => ratio(cell.monetary, cell.customers);
  const highest = Math.max(...cells.map(mean));
  return (cell: CellCount) => {
    const share = ratio(cell.customers, total.customers);
    const earlierShare = ratio(cell.earlier, total.earlier);
    const people = t('customers', { count: cell.customers, n: format.count(cell.customers) });
    const money = ratio(cell.monetary, total.monetary);
    const shown = {
      customers: { value: format.count(cell.customers), note: format.share(share), part: share },
      share: { value: format.share(share), note: people, part: share },
      money: { value: format.compactMoney(cell.monetary), note: people, part: money },
      mean: {
        value: cell.customers === 0 ? '–' : format.compactMoney(mean(cell)),
        note: people,
        part: ratio(mean(cell), highest),
      },
    }[measure];
    const weight = measure === 'mean' ? ratio(mean(cell), mean(total)) : shown.part;
    const steps = STEPS[measure === 'mean' ? 'mean' : 'part'];
    return {
      ...shown,
      share,
      mean: mean(cell),
      shade: steps.filter((bound) => weight > bound).length,
      earlier: measure === 'share' ? format.share(earlierShare) : format.count(cell.earlier),
      change:
        measure === 'share'
          ? t('grid.compare.points', { n: format.pointsChange(share - earlierShare) })
          : format.countChange(cell.customers - cell.earlier),
    };
  };
}
