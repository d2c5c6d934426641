import { useTranslation } from 'react-i18next';
import { axesOf, type Cell } from '#app/rfm/planes.ts';
import { CELLS, segmentOf, type Scheme, type SegmentSlug } from '#app/rfm/schemes.ts';
import { useScheme, useSegmentWords } from './scheme.tsx';

/** The segments of a cell of a plane, the best first: more than one where the third score tells them apart. */
export function segmentsOfCell(scheme: Scheme, { plane, down, across }: Cell): SegmentSlug[] {
  const [vertical, horizontal] = axesOf(plane);
  const cells = CELLS.filter((cell) => cell[vertical] === down && cell[horizontal] === across);
  const found = new Set(cells.map((cell) => segmentOf(scheme, cell)));
  return scheme.segments.filter((slug) => found.has(slug));
}

/** The segment of a cell of a plane, or how many it has; null where they say nothing of it. */
export function useCellNames(): (cell: Cell) => { code: string; name: string } | null {
  const { t } = useTranslation();
  const scheme = useScheme();
  const wordsOf = useSegmentWords();
  return (cell) => {
    const [first, ...others] = segmentsOfCell(scheme, cell);
    // Another plane than R×F never names a cell, so that a plane's cells have names or have none.
    if (cell.plane !== 'rf') return null;
    if (first !== undefined && others.length === 0) return wordsOf(first);
    const count = others.length + 1;
    return { code: String(count), name: t('grid.segments', { count, n: count }) };
  };
}
