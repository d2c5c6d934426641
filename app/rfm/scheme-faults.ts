/** A segment as a map of cells names it. */
type MappedSegment = { name: string; cells: readonly string[] };

/** What is wrong with a map of cells to segments; all empty when each customer gets exactly one segment. */
export type SchemeFaults = {
  /** Cells of no segment. */
  holes: string[];
  /** Cells of more than one, with the segments that claim them. */
  overlaps: { cell: string; segments: string[] }[];
  /** Segments nobody can be in: without cells, or all their cells are claimed by segments before them. */
  unreachable: string[];
};

/**
 * Checks that segments cover cells exactly once each.
 * @param cells every cell there is
 * @param segments in the order in which they are asked: the first to claim a cell gets it
 */
export function schemeFaults(cells: readonly string[], segments: readonly MappedSegment[]): SchemeFaults {
  const claims = new Map<string, string[]>(cells.map((cell) => [cell, []]));
  for (const { name, cells: claimed } of segments) {
    for (const cell of new Set(claimed)) claims.get(cell)?.push(name);
  }
  const reached = new Set([...claims.values()].map(([first]) => first));
  return {
    holes: cells.filter((cell) => claims.get(cell)?.length === 0),
    overlaps: cells.flatMap((cell) => {
      const claimed = claims.get(cell)!;
      return claimed.length > 1 ? [{ cell, segments: claimed }] : [];
    }),
    unreachable: segments.flatMap(({ name }) => (reached.has(name) ? [] : [name])),
  };
}

/** Whether a map has any fault. */
export function isWhole({ holes, overlaps, unreachable }: SchemeFaults): boolean {
  return holes.length === 0 && overlaps.length === 0 && unreachable.length === 0;
}
