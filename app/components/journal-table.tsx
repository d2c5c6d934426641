import { Card, IndexTable, Link, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { WriteKind } from '#app/rfm/write-plan.ts';
import { CustomerName, type LiveNames } from './members-table.tsx';
import { useNewestFirstPages } from './use-newest-first.ts';

/** One write to a customer. Instants are epoch milliseconds. */
type Entry = {
  id: number;
  customerId: number;
  kind: WriteKind;
  value: string;
  state: 'planned' | 'sent' | 'done' | 'failed' | 'kept';
  error: string | null;
  updatedAt: number;
};

/** What a write-back did, customer by customer, in the order it was planned. */
export function JournalTable({
  entries,
  names,
  page,
}: {
  entries: Entry[];
  names: Promise<LiveNames>;
  page: { previous?: string; next?: string };
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const pagination = useNewestFirstPages(page);
  return (
    <Card padding="0">
      <div className="rk-journal">
        <IndexTable
          selectable={false}
          itemCount={entries.length}
          resourceName={{ singular: t('journal.write'), plural: t('journal.writes') }}
          headings={[
            { title: t('members.customer') },
            { title: t('journal.did') },
            { title: t('journal.outcome') },
          ]}
          pagination={pagination}
        >
          {entries.map((entry, position) => (
            <IndexTable.Row id={String(entry.id)} key={entry.id} position={position}>
              <IndexTable.Cell as="th" scope="row">
                <Link url={`/app/customers/${entry.customerId}`} dataPrimaryLink removeUnderline={false}>
                  <span className="rk-name">
                    <CustomerName id={entry.customerId} names={names} />
                  </span>
                </Link>
              </IndexTable.Cell>
              <IndexTable.Cell>
                <Text as="p">{t(`journal.kind.${entry.kind}`)}</Text>
                {entry.value !== '' && <code className="rk-value">{entry.value}</code>}
              </IndexTable.Cell>
              <IndexTable.Cell>
                <Text as="p" {...(entry.state === 'failed' ? { tone: 'critical' as const } : {})}>
                  <span className="rk-value">
                    {t(
                      `journal.entry.${entry.state === 'failed' && entry.error === null ? 'unanswered' : entry.state}`,
                      {
                        day: format.dayOf(entry.updatedAt),
                        time: format.time(entry.updatedAt),
                      },
                    )}
                  </span>
                </Text>
                {entry.error !== null && (
                  <span className="rk-value" lang="en">
                    {entry.error}
                  </span>
                )}
              </IndexTable.Cell>
            </IndexTable.Row>
          ))}
        </IndexTable>
      </div>
    </Card>
  );
}
