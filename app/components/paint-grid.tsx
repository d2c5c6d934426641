import { useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { OwnColor } from '#app/rfm/own-scheme.ts';
import './paint-grid.css';

const BEST_FIRST = [5, 4, 3, 2, 1] as const;
const SCORES = [1, 2, 3, 4, 5] as const;
const MOVES: Record<string, [rows: number, columns: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** What a cell shows: the segments it is of. */
type Painted = { code: string; name: string; color: OwnColor }[];

type PaintGridProps = {
  /** What goes across: orders, or the mean of orders and spend. */
  across: 'F' | 'FM';
  paintedOf: (cell: string) => Painted;
  /** Paints a cell ("54") with the segment that is chosen. */
  onPaint: (cell: string) => void;
  readOnly: boolean;
};

/** The 25 cells of a scheme to paint: click, drag, or arrow keys and Enter or Space. */
export function PaintGrid({ across, paintedOf, onPaint, readOnly }: PaintGridProps) {
  const paint = (cell: string): void => {
    if (!readOnly) onPaint(cell);
  };
  const { t } = useTranslation();
  const grid = useRef<HTMLTableElement>(null);
  /** Whether the button was pressed on a cell: what is dragged in from elsewhere paints nothing. */
  const painting = useRef(false);
  const [current, setCurrent] = useState({ row: 0, column: 4 });
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = MOVES[event.key];
    if (move === undefined) return;
    const [row, column] = [clamp(current.row + move[0]), clamp(current.column + move[1])];
    setCurrent({ row, column });
    grid.current?.querySelector<HTMLElement>(`[data-at="${row}-${column}"]`)?.focus();
    event.preventDefault();
  };
  return (
    <table
      className="rk-paint"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- the grid pattern's own host
      role="grid"
      aria-label={t('scheme.grid', { across })}
      ref={grid}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <thead>
        <tr>
          <th scope="col">{`R ↓ ${across} →`}</th>
          {SCORES.map((score) => (
            <th key={score} scope="col">{`${across}${score}`}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {BEST_FIRST.map((r, row) => (
          <tr key={r}>
            <th scope="row">{`R${r}`}</th>
            {SCORES.map((score, column) => {
              const painted = paintedOf(`${r}${score}`);
              const [first] = painted;
              const names =
                painted.length === 0 ? t('scheme.hole') : painted.map(({ name }) => name).join(', ');
              return (
                <td key={score}>
                  {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- its text is its name */}
                  <button
                    type="button"
                    className={`rk-paint-cell ${painted.length === 1 && first ? `rk-paint-${first.color}` : 'rk-paint-fault'}`}
                    data-at={`${row}-${column}`}
                    tabIndex={current.row === row && current.column === column ? 0 : -1}
                    disabled={readOnly}
                    onFocus={() => setCurrent({ row, column })}
                    onClick={() => paint(`${r}${score}`)}
                    onPointerDown={(event) => {
                      painting.current = true;
                      // So that a finger or the mouse can go on to other cells.
                      if (event.currentTarget.hasPointerCapture(event.pointerId))
                        event.currentTarget.releasePointerCapture(event.pointerId);
                    }}
                    onPointerEnter={(event) => {
                      if (event.buttons !== 1) painting.current = false;
                      if (painting.current) paint(`${r}${score}`);
                    }}
                    onPointerLeave={(event) => {
                      // The first cell of a drag gets no click.
                      if (event.buttons === 1 && painting.current) paint(`${r}${score}`);
                    }}
                    onPointerUp={() => (painting.current = false)}
                  >
                    <b aria-hidden="true">
                      {painted.length === 0 ? '?' : painted.map(({ code }) => code).join(' ')}
                    </b>
                    <span className="rk-paint-name">
                      <span className="rk-hidden">{`R${r} ${across}${score}: `}</span>
                      {names}
                    </span>
                  </button>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const clamp = (position: number): number => Math.min(4, Math.max(0, position));
