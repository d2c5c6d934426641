import { Badge, Card, IndexTable, Link, Text, type BadgeProps } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { useNewestFirstPages } from './use-newest-first.ts';

/** A write-back as it is listed. Instants are epoch milliseconds; counts are single writes of the journal. */
export type RunView = {
  id: number;
  what: 'full' | 'following' | 'undo' | 'put-back' | 'cleanUp';
  state: 'planned' | 'sending' | 'stopping' | 'done' | 'stopped' | 'failed';
  done: number;
  failed: number;
  points: number;
  startedAt: number;
};

const TONES: Record<RunView['state'], NonNullable<BadgeProps['tone']>> = {
  planned: 'info',
  sending: 'info',
  stopping: 'attention',
  done: 'success',
  stopped: 'attention',
  failed: 'critical',
};

/** How a write-back ended, or that it is under way. */
export function RunState({ state }: { state: RunView['state'] }) {
  const { t } = useTranslation();
  return <Badge tone={TONES[state]}>{t(`journal.state.${state}`)}</Badge>;
}

/** Write-backs, newest first; each opens what it wrote. */
export function WriteRunsTable({
  runs,
  page,
}: {
  runs: RunView[];
  page: { previous?: string; next?: string };
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const pagination = useNewestFirstPages(page);
  return (
    <Card padding="0">
      <div className="rk-runs">
        <IndexTable
          selectable={false}
          itemCount={runs.length}
          resourceName={{ singular: t('journal.run'), plural: t('journal.runs') }}
          headings={[
            { title: t('journal.when') },
            { title: t('journal.outcome') },
            { title: t('journal.written'), alignment: 'end' },
            { title: t('journal.refused'), alignment: 'end' },
            { title: t('journal.points'), alignment: 'end' },
          ]}
          pagination={pagination}
        >
          {runs.map((run, position) => (
            <IndexTable.Row id={String(run.id)} key={run.id} position={position}>
              <IndexTable.Cell as="th" scope="row">
                <Link url={`/app/writes/${run.id}`} dataPrimaryLink removeUnderline={false}>
                  {t('journal.instant', {
                    day: format.dayOf(run.startedAt),
                    time: format.time(run.startedAt),
                  })}
                </Link>
                <Text as="p" tone="subdued">
                  {t(`journal.what.${run.what}`)}
                </Text>
              </IndexTable.Cell>
              <IndexTable.Cell>
                <RunState state={run.state} />
              </IndexTable.Cell>
              <IndexTable.Cell className="rk-number">{format.count(run.done)}</IndexTable.Cell>
              <IndexTable.Cell className="rk-number">{format.count(run.failed)}</IndexTable.Cell>
              <IndexTable.Cell className="rk-number">{format.count(run.points)}</IndexTable.Cell>
            </IndexTable.Row>
          ))}
        </IndexTable>
      </div>
    </Card>
  );
}
