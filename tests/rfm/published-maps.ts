import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Axis = { min: number; max: number; step: number };
type Published = {
  id: string;
  axes: Record<string, Axis>;
  resolution: string;
  segments: { name: string; cells?: string[]; ranges?: Record<string, [number, number]>[] }[];
};

/** A published map as the validator takes it: segments in the order in which they are asked. */
export type PublishedMap = {
  id: string;
  cells: string[];
  segments: { name: string; cells: string[] }[];
};

/** The published maps of a reference folder, cells named by their scores in the order of the axes ("134", "2 3.5"). */
export function publishedMaps(folder: string): PublishedMap[] {
  const { schemes } = JSON.parse(readFileSync(join(folder, 'anchors/segment-maps.json'), 'utf8')) as {
    schemes: Published[];
  };
  return schemes.map(({ id, axes, resolution, segments }) => {
    const scores = Object.entries(axes).reduce<Record<string, number>[]>(
      (cells, [axis, { min, max, step }]) => {
        const values = Array.from({ length: Math.round((max - min) / step) + 1 }, (_, i) => min + i * step);
        return cells.flatMap((cell) => values.map((value) => ({ ...cell, [axis]: value })));
      },
      [{}],
    );
    const whole = Object.values(axes).every(({ step }) => step === 1);
    const nameOf = (cell: Record<string, number>): string => Object.values(cell).join(whole ? '' : ' ');
    const mapped = segments.map(({ name, cells, ranges = [] }) => ({
      name,
      cells:
        cells ??
        scores
          .filter((cell) =>
            ranges.some((range) =>
              Object.entries(range).every(([axis, [from, to]]) => cell[axis]! >= from && cell[axis]! <= to),
            ),
          )
          .map(nameOf),
    }));
    return {
      id,
      cells: scores.map(nameOf),
      segments: resolution === 'last-match' ? mapped.toReversed() : mapped,
    };
  });
}
