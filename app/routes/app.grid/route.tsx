import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData, useSearchParams, type ShouldRevalidateFunction } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, Card, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { changesOnly } from '#app/components/changes-only.ts';
import { CompareField } from '#app/components/compare-field.tsx';
import { EarlyRiskWarning } from '#app/components/early-risk-warning.tsx';
import { EmptyShop } from '#app/components/empty-shop.tsx';
import { GridChoice } from '#app/components/grid-choice.tsx';
import type { GridView } from '#app/components/grid-figures.ts';
import { GridNotes } from '#app/components/grid-notes.tsx';
import { GridTable } from '#app/components/grid-table.tsx';
import { HeatMap } from '#app/components/heat-map.tsx';
import { SegmentLegend } from '#app/components/segment-legend.tsx';
import { useSearchChange } from '#app/components/use-search-change.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { rangeText } from '#app/i18n/ranges.ts';
import { signedIn } from '#app/merchant.server.ts';
import { cellName, ratio } from '#app/rfm/planes.ts';
import { valueRange } from '#app/rfm/ranges.ts';
import { parseGrid } from './parse-grid.ts';
import { readGrid } from './read-grid.server.ts';

export const handle: PageHandle = { title: 'grid.title' };

/** The 25 cells of two scores against each other, with the cut points and, where asked for, an earlier day. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'staff');
  return { grid: await readGrid(shop, new URL(request.url).searchParams) };
}

/** Every measure of every cell is there: the page chooses among them itself. */
export const shouldRevalidate: ShouldRevalidateFunction = (change) =>
  change.defaultShouldRevalidate && !changesOnly(['measure', 'view'], change);

export default function Grid() {
  const { grid } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const format = useFormat();
  const [search] = useSearchParams();
  const changeSearch = useSearchChange();
  if (grid === null || grid.total.customers === 0) {
    return (
      <Page title={t('grid.title')} backAction={{ content: t('app.name'), url: '/app' }}>
        <TitleBar title={t('grid.title')} />
        {grid === null ? <Text as="p">{t('grid.empty')}</Text> : <EmptyShop orders={grid.read} />}
      </Page>
    );
  }
  const { asOf, cutPoints, cells, total, segments } = grid;
  const { measure, view: shownAs } = parseGrid(search, grid.days);
  const choice = { ...grid.choice, measure, view: shownAs };
  const { plane, compare } = choice;
  const view: GridView = {
    plane,
    measure,
    cells,
    total,
    compare,
    range: (dimension, score) =>
      rangeText(t, format, dimension, valueRange(cutPoints, dimension, score, score)),
    href: (down, across) => `/app/segments/${cellName({ plane, down, across })}`,
  };
  const ask = (name: string, value: string | null) =>
    changeSearch(
      (search) => {
        if (value === null) search.delete(name);
        else search.set(name, value);
      },
      { replace: true, preventScrollReset: true },
    );
  return (
    <Page fullWidth title={t('grid.title')} backAction={{ content: t('app.name'), url: '/app' }}>
      <TitleBar title={t('grid.title')} />
      <BlockStack gap="300">
        <div className="rk-edge">
          <BlockStack gap="300">
            <Text as="p">
              {t('grid.note', {
                customers: t('customers', { count: total.customers, n: format.count(total.customers) }),
                day: format.day(asOf),
              })}
            </Text>
            <GridChoice {...choice} comparing={compare !== null} onChoose={ask} />
            <CompareField
              days={grid.days}
              asked={choice.asked}
              outside={choice.outside}
              onCompare={(day) => ask('compare', day)}
            />
            {grid.early !== null && plane === 'rf' && <EarlyRiskWarning {...grid.early} link />}
            <GridNotes
              {...view}
              emptyScores={grid.emptyScores}
              ties={grid.ties}
              erased={grid.erased}
              apart={grid.apart}
            />
          </BlockStack>
        </div>
        {choice.view === 'table' ? (
          <GridTable {...view} />
        ) : (
          <Card>
            <BlockStack gap="300">
              <HeatMap {...view} />
              <Text as="p" tone="subdued">
                {t(`grid.darker.${measure}`, {
                  mean: format.money(Math.round(ratio(total.monetary, total.customers))),
                })}{' '}
                {t('grid.keys')}
              </Text>
              {plane === 'rf' && <SegmentLegend segments={segments} scored={total.customers} />}
            </BlockStack>
          </Card>
        )}
      </BlockStack>
    </Page>
  );
}
