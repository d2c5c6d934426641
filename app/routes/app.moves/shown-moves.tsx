import { useNavigate } from '@remix-run/react';
import { BlockStack, Box, Button, ButtonGroup, Card, EmptyState, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { FallenTable } from '#app/components/fallen-table.tsx';
import type { LiveNames } from '#app/components/members-table.tsx';
import { MovesCauses } from '#app/components/moves-causes.tsx';
import { fallenPath, moversPath, movesPath } from '#app/components/moves-links.ts';
import { MovesMatrix } from '#app/components/moves-matrix.tsx';
import { MovesSankey } from '#app/components/moves-sankey.tsx';
import { DIRECTION_SIGN } from '#app/components/moves-words.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import type { Direction } from '#app/rfm/moves.ts';
import type { readDays, readMoves } from './read-moves.server.ts';

type ReadMoves = Awaited<ReturnType<typeof readMoves>> &
  Extract<Awaited<ReturnType<typeof readDays>>, { kind: 'moves' }> & {
    /** Whether the chart shows who stayed, too. */
    shown: 'moved' | 'all';
  };

/** The moves between two days: chart, causes, numbers, and the valuable customers who fell. */
export function ShownMoves({ names, ...read }: ReadMoves & { names: Promise<LiveNames> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { days, moves } = read;
  const { moved, customers, causes, edges } = moves;
  const sideOf = (day: Day) => ({
    name: format.day(day),
    total: t('moves.matrix.total', { day: format.day(day) }),
  });
  return (
    <>
      <div className="rk-edge">
        <Text as="p">
          {t('moves.summary', {
            moved: format.count(moved),
            customers: t('customers', { count: customers, n: format.count(customers) }),
            share: format.share(moved / customers),
          })}
        </Text>
      </div>
      <ChartCard {...read} />
      {moved > 0 && (
        <Card padding="0">
          <Box padding="400" paddingBlockEnd="200">
            <Text as="h2" variant="headingMd">
              {t('moves.causes.title')}
            </Text>
            <Text as="p" tone="subdued">
              {t('moves.causes.note')}
            </Text>
          </Box>
          <MovesCauses causes={causes} moved={moved} />
        </Card>
      )}
      <Card>
        <BlockStack gap="200">
          <Text as="h2" variant="headingMd">
            {t('moves.matrix.title')}
          </Text>
          <Text as="p" tone="subdued">
            {t('moves.matrix.what', { from: format.day(days.from), to: format.day(days.to) })}
          </Text>
          <MovesMatrix
            from={sideOf(days.from)}
            to={sideOf(days.to)}
            edges={edges}
            pathOf={(edge) => moversPath(days, edge)}
          />
        </BlockStack>
      </Card>
      <FallenCard {...read} names={names} />
    </>
  );
}

function ChartCard({ days, shown, layouts, moves }: ReadMoves) {
  const layout = layouts[shown];
  const { t } = useTranslation();
  const navigate = useNavigate();
  const keys: Direction[] = ['better', 'worse', 'even', ...(shown === 'all' ? ['stayed' as const] : [])];
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('moves.chartTitle')}
        </Text>
        <ButtonGroup variant="segmented">
          {(['moved', 'all'] as const).map((kind) => (
            <Button
              key={kind}
              pressed={shown === kind}
              onClick={() =>
                navigate(movesPath(days, kind === 'all' ? { show: kind } : {}), { preventScrollReset: true })
              }
            >
              {t(`moves.show.${kind}`)}
            </Button>
          ))}
        </ButtonGroup>
        {moves.moved === 0 && (
          <EmptyState heading={t('moves.nobody.title')} image="">
            <p>{t('moves.nobody.text')}</p>
          </EmptyState>
        )}
        {layout !== null && (
          <>
            <MovesSankey days={days} layout={layout} />
            <ul className="rk-legend">
              {keys.map((direction) => (
                <li key={direction} className={`rk-${direction}`}>
                  {t('moves.legend', {
                    sign: DIRECTION_SIGN[direction],
                    direction: t(`moves.direction.${direction}`),
                  })}
                </li>
              ))}
            </ul>
            <Text as="p" tone="subdued">
              {t('moves.rank')}
            </Text>
            <Text as="p" tone="subdued">
              {t('moves.keys')}
            </Text>
          </>
        )}
      </BlockStack>
    </Card>
  );
}

function FallenCard({ days, history, fallen, names }: ReadMoves & { names: Promise<LiveNames> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const { rows, total, next } = fallen;
  return (
    <BlockStack gap="200">
      <div className="rk-edge">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t('moves.fallen.title')}
          </Text>
          <Text as="p" tone="subdued">
            {t('moves.fallen.what', { day: format.day(history.last) })}
          </Text>
          {rows.length === 0 && <Text as="p">{t('moves.fallen.none')}</Text>}
        </BlockStack>
      </div>
      {rows.length > 0 && (
        <FallenTable
          members={rows}
          names={names}
          asOf={history.last}
          sort="monetary"
          onSort={(sort) => navigate(fallenPath(days, { sort }))}
          page={{}}
          loading={false}
        />
      )}
      {next !== null && (
        <div className="rk-edge">
          <Button url={fallenPath(days)}>
            {t('moves.fallen.all', { count: total, n: format.count(total) })}
          </Button>
        </div>
      )}
    </BlockStack>
  );
}
