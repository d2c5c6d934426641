import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, Button, ButtonGroup, Card, Page, Text } from '@shopify/polaris';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyShop } from '#app/components/empty-shop.tsx';
import { GridTable } from '#app/components/grid-table.tsx';
import { HeatMap } from '#app/components/heat-map.tsx';
import { useFormat } from '#app/i18n/format.tsx';
import { rangeText } from '#app/i18n/ranges.ts';
import { signedIn } from '#app/merchant.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { valueRange } from '#app/rfm/ranges.ts';

export const meta: MetaFunction = () => [{ title: 'Rekindle – Grid' }];

/** The 25 cells of the last full run with its cut points. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'staff');
  const run = await latestRun(shop.id);
  if (run === null) return { run: null };
  const { asOf, cutPoints, orderCounts, summary } = run;
  return { run: { asOf, cutPoints, read: orderCounts.read, scored: summary.scored, grid: summary.grid } };
}

const cellPath = (r: number, f: number): string => `/app/segments/r${r}f${f}`;

export default function Grid() {
  const { run } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const format = useFormat();
  const [view, setView] = useState<'map' | 'table'>('map');
  if (run === null || run.scored === 0) {
    return (
      <Page title={t('grid.title')} backAction={{ content: t('app.name'), url: '/app' }}>
        <TitleBar title={t('grid.title')} />
        {run === null ? <Text as="p">{t('grid.empty')}</Text> : <EmptyShop orders={run.read} />}
      </Page>
    );
  }
  const range = (dimension: 'r' | 'f') => (score: number) =>
    rangeText(t, format, dimension, valueRange(run.cutPoints, dimension, score, score));
  const shared = {
    cells: run.grid,
    scored: run.scored,
    recencyRange: range('r'),
    frequencyRange: range('f'),
  };
  return (
    <Page fullWidth title={t('grid.title')} backAction={{ content: t('app.name'), url: '/app' }}>
      <TitleBar title={t('grid.title')} />
      <BlockStack gap="300">
        <div className="rk-edge">
          <BlockStack gap="300" inlineAlign="start">
            <Text as="p">
              {t('grid.note', {
                customers: t('customers', { count: run.scored, n: format.count(run.scored) }),
                day: format.day(run.asOf),
              })}
            </Text>
            <ButtonGroup variant="segmented">
              {(['map', 'table'] as const).map((kind) => (
                <Button key={kind} pressed={view === kind} onClick={() => setView(kind)}>
                  {t(kind === 'map' ? 'grid.asMap' : 'grid.asTable')}
                </Button>
              ))}
            </ButtonGroup>
          </BlockStack>
        </div>
        {view === 'table' ? (
          <GridTable {...shared} href={cellPath} />
        ) : (
          <Card>
            <BlockStack gap="200">
              <HeatMap {...shared} href={cellPath} />
              <Text as="p" tone="subdued">
                {t('grid.keys')}
              </Text>
            </BlockStack>
          </Card>
        )}
      </BlockStack>
    </Page>
  );
}
