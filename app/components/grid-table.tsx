import { Card, IndexTable, Link } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { RunSummary } from '#app/rfm/run-summary.ts';
import { segmentOf } from '#app/rfm/schemes.ts';
import { Amount } from './amount.tsx';

type GridTableProps = {
  cells: RunSummary['grid'];
  scored: number;
  recencyRange: (score: number) => string;
  frequencyRange: (score: number) => string;
  href: (r: number, f: number) => string;
};

/** The heat map's twin: the same cells as rows of a table. */
export function GridTable({ cells, scored, recencyRange, frequencyRange, href }: GridTableProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const cellName = (r: number, f: number, customers: number) => {
    const name = t(`segments.${segmentOf(r, f)}.name`);
    return customers === 0 ? (
      name
    ) : (
      <Link url={href(r, f)} removeUnderline={false} accessibilityLabel={`${name}, R${r} F${f}`}>
        {name}
      </Link>
    );
  };
  return (
    <Card padding="0">
      <IndexTable
        selectable={false}
        itemCount={cells.length}
        resourceName={{ singular: t('grid.one'), plural: t('grid.many') }}
        headings={[
          { title: t('grid.cellHeading') },
          { title: t('segmentTable.customers'), alignment: 'end' },
          { title: t('segmentTable.share'), alignment: 'end' },
          { title: t('segmentTable.money'), alignment: 'end' },
        ]}
      >
        {cells.map(({ r, f, customers, monetary }, position) => (
          <IndexTable.Row id={`r${r}f${f}`} key={`r${r}f${f}`} position={position}>
            <IndexTable.Cell as="th" scope="row">
              {cellName(r, f, customers)}
              <div className="rk-row-note">{`R${r} · ${recencyRange(r)}`}</div>
              <div className="rk-row-note">{`F${f} · ${frequencyRange(f)}`}</div>
            </IndexTable.Cell>
            <IndexTable.Cell className="rk-number">{format.count(customers)}</IndexTable.Cell>
            <IndexTable.Cell className="rk-number">
              {format.share(scored === 0 ? 0 : customers / scored)}
            </IndexTable.Cell>
            <IndexTable.Cell className="rk-number">
              <Amount minor={monetary} text={format.wholeMoney(monetary)} />
            </IndexTable.Cell>
          </IndexTable.Row>
        ))}
      </IndexTable>
    </Card>
  );
}
