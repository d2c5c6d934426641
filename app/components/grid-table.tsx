import { Card, DataTable, Link } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { RunSummary } from '#app/rfm/run-summary.ts';
import { segmentOf } from '#app/rfm/schemes.ts';

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
      <DataTable
        columnContentTypes={['text', 'text', 'text', 'numeric', 'numeric', 'numeric']}
        headings={[
          t('grid.recency'),
          t('grid.frequency'),
          t('segmentTable.segment'),
          t('segmentTable.customers'),
          t('segmentTable.share'),
          t('segmentTable.money'),
        ]}
        rows={cells.map(({ r, f, customers, monetary }) => [
          `R${r} · ${recencyRange(r)}`,
          `F${f} · ${frequencyRange(f)}`,
          cellName(r, f, customers),
          format.count(customers),
          format.share(scored === 0 ? 0 : customers / scored),
          format.wholeMoney(monetary),
        ])}
      />
    </Card>
  );
}
