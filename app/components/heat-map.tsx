import { Link } from '@remix-run/react';
import { useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { RunSummary } from '#app/rfm/run-summary.ts';
import { segmentOf } from '#app/rfm/schemes.ts';
import './heat-map.css';

type HeatMapProps = {
  /** All 25 cells. */
  cells: RunSummary['grid'];
  /** Scored customers, what shares are parts of. */
  scored: number;
  /** The real range behind a score: "143 days or more". */
  recencyRange: (score: number) => string;
  frequencyRange: (score: number) => string;
  /** Where a cell's customers are listed. */
  href: (r: number, f: number) => string;
};

const SCORES = [1, 2, 3, 4, 5] as const;
const RECENT_FIRST = [5, 4, 3, 2, 1] as const;
const MOVES: Record<string, [rows: number, columns: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Step of shading 0–5 by share of scored customers; the number and the bar in the cell say the same. */
function shade(share: number): number {
  return [0, 0.005, 0.02, 0.05, 0.1].filter((bound) => share > bound).length;
}

/** The R×F heat map: an ARIA grid, arrow keys move, Home and End jump in a row, Enter opens the customers. */
export function HeatMap({ cells, scored, recencyRange, frequencyRange, href }: HeatMapProps) {
  const { t } = useTranslation();
  const grid = useRef<HTMLTableElement>(null);
  const [current, setCurrent] = useState({ row: 0, column: 4 });
  const at = new Map(cells.map((cell) => [`${cell.r}-${cell.f}`, cell]));

  const focus = (row: number, column: number) => {
    setCurrent({ row, column });
    grid.current?.querySelector<HTMLElement>(`[data-at="${row}-${column}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = MOVES[event.key];
    if (move !== undefined) {
      focus(clamp(current.row + move[0]), clamp(current.column + move[1]));
    } else if (event.key === 'Home' || event.key === 'End') {
      focus(current.row, event.key === 'Home' ? 0 : 4);
    } else return;
    event.preventDefault();
  };

  return (
    <table
      className="rk-heat"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- the grid pattern's own host
      role="grid"
      aria-label={t('grid.label')}
      ref={grid}
      onKeyDown={onKeyDown}
      tabIndex={-1}
    >
      <thead>
        <tr>
          <th className="rk-heat-corner" scope="col">
            {t('grid.corner')}
          </th>
          {SCORES.map((f) => (
            <th key={f} className="rk-heat-column" scope="col">
              <b>F{f}</b> <span>{frequencyRange(f)}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {RECENT_FIRST.map((r, row) => (
          <tr key={r}>
            <th className="rk-heat-label" scope="row">
              <b>R{r}</b> <span>{recencyRange(r)}</span>
            </th>
            {SCORES.map((f, column) => {
              const cell = at.get(`${r}-${f}`);
              return (
                cell && (
                  <td key={f}>
                    <Cell
                      cell={cell}
                      share={scored === 0 ? 0 : cell.customers / scored}
                      href={href(r, f)}
                      position={`${row}-${column}`}
                      inTabOrder={current.row === row && current.column === column}
                      onFocus={() => setCurrent({ row, column })}
                    />
                  </td>
                )
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const clamp = (position: number) => Math.min(4, Math.max(0, position));

type CellProps = {
  cell: RunSummary['grid'][number];
  share: number;
  href: string;
  position: string;
  inTabOrder: boolean;
  onFocus: () => void;
};

function Cell({ cell, share, href, position, inTabOrder, onFocus }: CellProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = t(`segments.${segmentOf(cell.r, cell.f)}.name`);
  const shared = {
    className: `rk-heat-cell rk-heat-${shade(share)}`,
    'data-at': position,
    tabIndex: inTabOrder ? 0 : -1,
    onFocus,
  };
  const face = (
    <>
      {/* What is hidden makes the cell's own text a full sentence to a screen reader. */}
      <span className="rk-hidden">{t('grid.cell', { r: cell.r, f: cell.f })} </span>
      <span className="rk-heat-name">{name} </span>
      <b>
        {format.count(cell.customers)} <span className="rk-hidden">{t('grid.customers')} </span>
      </b>
      <span>{format.share(share)} </span>
      <span>{format.compactMoney(cell.monetary)}</span>
      {share > 0 && <span className="rk-heat-bar" style={{ width: `${Math.round(share * 100)}%` }} />}
    </>
  );
  if (cell.customers > 0) {
    return (
      <Link to={href} {...shared}>
        {face}
      </Link>
    );
  }
  return <span {...shared}>{face}</span>;
}
