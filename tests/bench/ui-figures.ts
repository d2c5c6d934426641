/** A figure of a list; this share of them are no larger. */
export function percentile(figures: readonly number[], share: number): number {
  return figures.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(figures.length * share) - 1)] ?? NaN;
}

/** A screen's figures; a row of the table. */
export type UiRow = {
  name: string;
  lcp: number;
  cls: number;
  narrowCls: number;
  inp: number;
  document: { p50: number; p95: number; whole: number };
  data: { p50: number; p95: number; whole: number };
  javascript: number;
};

type Column = { title: string; aim: number | null; of: (row: UiRow) => number; digits: number };

const COLUMNS: readonly Column[] = [
  { title: 'LCP s', aim: 1.5, of: ({ lcp }) => lcp / 1000, digits: 2 },
  { title: 'CLS', aim: 0.05, of: ({ cls }) => cls, digits: 3 },
  { title: 'CLS 390', aim: 0.05, of: ({ narrowCls }) => narrowCls, digits: 3 },
  { title: 'INP ms', aim: 150, of: ({ inp }) => inp, digits: 0 },
  { title: 'page p50', aim: null, of: ({ document }) => document.p50, digits: 0 },
  { title: 'page p95', aim: 100, of: ({ document }) => document.p95, digits: 0 },
  { title: 'data p50', aim: null, of: ({ data }) => data.p50, digits: 0 },
  { title: 'data p95', aim: 100, of: ({ data }) => data.p95, digits: 0 },
  { title: 'data end', aim: null, of: ({ data }) => data.whole, digits: 0 },
  { title: 'JS KB', aim: 230, of: ({ javascript }) => javascript, digits: 0 },
];
const NAME = 32;
const WIDTH = 10;

/** The heading with the aims below it. */
export function uiHeading(): string {
  const aims = COLUMNS.map(({ aim }) => (aim === null ? '' : `≤ ${aim}`).padStart(WIDTH));
  return `${''.padEnd(NAME)}${COLUMNS.map(({ title }) => title.padStart(WIDTH)).join('')}\n${'aim'.padEnd(NAME)}${aims.join('')}`;
}

/** A row as a line of the table; what is over its aim carries a mark. */
export function uiLine(row: UiRow): string {
  const cells = COLUMNS.map(({ aim, of, digits }) => {
    const figure = of(row);
    const over = aim !== null && figure > aim;
    return `${over ? '! ' : ''}${figure.toFixed(digits)}`.padStart(WIDTH);
  });
  return `${row.name.padEnd(NAME)}${cells.join('')}`;
}

/** How many of the figures are over their aims. */
export function overAims(rows: readonly UiRow[]): number {
  return rows.flatMap((row) => COLUMNS.filter(({ aim, of }) => aim !== null && of(row) > aim)).length;
}
