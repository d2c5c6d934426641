import { Link } from '@remix-run/react';
import { useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { axesOf, cellTitle, type Cell as CellPlace, type PlaneCell } from '#app/rfm/planes.ts';
import { useCellNames } from './cell-names.ts';
import { useCellFigures, type GridView } from './grid-figures.ts';
import './heat-map.css';

const SCORES = [1, 2, 3, 4, 5] as const;
const BEST_FIRST = [5, 4, 3, 2, 1] as const;
const MOVES: Record<string, [rows: number, columns: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** The heat map of a plane: an ARIA grid, arrow keys move, Home and End jump in a row, Enter opens the customers. */
export function HeatMap(view: GridView) {
  const { plane, cells, range, href } = view;
  const { t } = useTranslation();
  const grid = useRef<HTMLTableElement>(null);
  const [current, setCurrent] = useState({ row: 0, column: 4 });
  const figures = useCellFigures(view);
  const [vertical, horizontal] = axesOf(plane);

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
      aria-label={t(`grid.label.${plane}`)}
      ref={grid}
      onKeyDown={onKeyDown}
      tabIndex={-1}
    >
      <thead>
        <tr>
          <th className="rk-heat-corner" scope="col">
            {t(`grid.corner.${plane}`)}
          </th>
          {SCORES.map((across) => (
            <th key={across} className="rk-heat-column" scope="col">
              <b>{`${horizontal.toUpperCase()}${across}`}</b> <span>{range(horizontal, across)}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {BEST_FIRST.map((down, row) => (
          <tr key={down}>
            <th className="rk-heat-label" scope="row">
              <b>{`${vertical.toUpperCase()}${down}`}</b> <span>{range(vertical, down)}</span>
            </th>
            {cells.slice(row * 5, row * 5 + 5).map((cell, column) => (
              <td key={cell.across}>
                <Cell
                  view={view}
                  cell={cell}
                  figures={figures(cell)}
                  href={href(cell.down, cell.across)}
                  position={`${row}-${column}`}
                  inTabOrder={current.row === row && current.column === column}
                  onFocus={() => setCurrent({ row, column })}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const clamp = (position: number) => Math.min(4, Math.max(0, position));

type CellProps = {
  view: GridView;
  cell: PlaneCell;
  figures: ReturnType<ReturnType<typeof useCellFigures>>;
  href: string;
  position: string;
  inTabOrder: boolean;
  onFocus: () => void;
};

function Cell({ view, cell, figures, href, position, inTabOrder, onFocus }: CellProps) {
  const { t } = useTranslation();
  const { value, note, part, shade, earlier, change } = figures;
  const shared = {
    className: `rk-heat-cell rk-heat-${shade}`,
    'data-at': position,
    tabIndex: inTabOrder ? 0 : -1,
    onFocus,
  };
  const width = Math.min(100, Math.round(part * 100));
  const face = (
    <>
      {/* What is hidden makes the cell's own text a full sentence to a screen reader. */}
      <span className="rk-hidden">{cellTitle({ plane: view.plane, ...cell })} </span>
      <CellSegment cell={{ plane: view.plane, down: cell.down, across: cell.across }} />
      <b>
        {value} <span className="rk-hidden">{t(`grid.unit.${view.measure}`)} </span>
      </b>
      {view.compare === null ? (
        <span>{note}</span>
      ) : (
        <>
          <span>{t('grid.compare.then', { n: earlier })} </span>
          <span className="rk-heat-change">{change}</span>
        </>
      )}
      {part > 0 && <span className="rk-heat-bar" style={{ width: `${width}%` }} />}
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

/** The segment of a cell: its letters, which the legend explains, and its name where there is room. */
function CellSegment({ cell }: { cell: CellPlace }) {
  const words = useCellNames()(cell);
  if (words === null) return null;
  return (
    <span className="rk-heat-segment">
      <SegmentCode code={words.code} />
      <span className="rk-heat-name">{words.name} </span>
    </span>
  );
}

/** The two letters that stand for a segment; its name stands beside them, or in the legend. */
export function SegmentCode({ code }: { code: string }) {
  return (
    <span className="rk-heat-code" aria-hidden="true">
      {code}
    </span>
  );
}
