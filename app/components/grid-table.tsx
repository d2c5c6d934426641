import { Card, IndexTable, Link } from '@shopify/polaris';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { axesOf, cellTitle, type PlaneCell } from '#app/rfm/planes.ts';
import { Amount } from './amount.tsx';
import { useCellNames } from './cell-names.ts';
import { useCellFigures, type GridView } from './grid-figures.ts';

/** The heat map's twin: the same cells as rows of a table, with every measure, or with what changed since a day. */
export function GridTable(view: GridView) {
  const { plane, cells, compare } = view;
  const { t } = useTranslation();
  const format = useFormat();
  const headings =
    compare === null
      ? [t('segmentTable.customers'), t('segmentTable.share'), t('segmentTable.money'), t('grid.perCustomer')]
      : [t(`grid.measure.${view.measure}`), format.day(compare), t('grid.compare.change')];
  return (
    <Card padding="0">
      <div className={compare === null ? 'rk-grid-table rk-grid-all' : 'rk-grid-table'}>
        <IndexTable
          selectable={false}
          itemCount={cells.length}
          resourceName={{ singular: t('grid.one'), plural: t('grid.many') }}
          headings={[
            { title: t('grid.cellHeading') },
            ...headings.map((title) => ({ title, alignment: 'end' as const })),
          ]}
        >
          {cells.map((cell, position) => {
            const title = cellTitle({ plane, ...cell });
            return (
              <IndexTable.Row id={title} key={title} position={position}>
                <IndexTable.Cell as="th" scope="row">
                  <CellHead view={view} cell={cell} title={title} />
                </IndexTable.Cell>
                <CellNumbers view={view} cell={cell} />
              </IndexTable.Row>
            );
          })}
        </IndexTable>
      </div>
    </Card>
  );
}

function CellHead({ view, cell, title }: { view: GridView; cell: PlaneCell; title: string }) {
  const { down, across } = cell;
  const [vertical, horizontal] = axesOf(view.plane);
  const segment = useCellNames()({ plane: view.plane, down, across })?.name ?? null;
  return (
    <>
      {cell.customers === 0 ? (
        (segment ?? title)
      ) : (
        <Link
          url={view.href(down, across)}
          removeUnderline={false}
          {...(segment !== null && { accessibilityLabel: `${segment}, ${title}` })}
        >
          {segment ?? title}
        </Link>
      )}
      <div className="rk-row-note">{`${vertical.toUpperCase()}${down} · ${view.range(vertical, down)}`}</div>
      <div className="rk-row-note">{`${horizontal.toUpperCase()}${across} · ${view.range(horizontal, across)}`}</div>
    </>
  );
}

function CellNumbers({ view, cell }: { view: GridView; cell: PlaneCell }) {
  const format = useFormat();
  const { value, share, mean, earlier, change } = useCellFigures(view)(cell);
  const numbers: Record<string, ReactNode> =
    view.compare === null
      ? {
          customers: (
            <>
              {format.count(cell.customers)}
              <div className="rk-short-line">{format.share(share)}</div>
            </>
          ),
          share: format.share(share),
          money: <Amount minor={cell.monetary} text={format.wholeMoney(cell.monetary)} />,
          mean: cell.customers === 0 ? '–' : <Amount minor={mean} text={format.wholeMoney(mean)} />,
        }
      : { value, earlier, change };
  return Object.entries(numbers).map(([column, number]) => (
    <IndexTable.Cell key={column} className="rk-number">
      {number}
    </IndexTable.Cell>
  ));
}
