import { Await } from '@remix-run/react';
import { Card, IndexTable, Link, Text } from '@shopify/polaris';
import { Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';
import { Amount } from './amount.tsx';
import { ScoreText, SegmentBadge } from './score-badges.tsx';

/** What the list can be sorted by, as it stands in the address. */
export const MEMBER_SORTS = ['monetary', 'last-order', 'frequency'] as const;
export type MemberSort = (typeof MEMBER_SORTS)[number];

/** A customer of a segment or a cell. */
export type Member = {
  customerId: number;
  lastOrderDay: Day | null;
  frequency: number;
  /** Minor units. */
  monetary: number;
  r: number;
  f: number;
  m: number;
  segment: SegmentSlug | null;
  /** True when the shop no longer has the customer. */
  gone?: boolean;
};

/** Names by customer id, fetched live for the page shown; empty where the app has no access to them. */
export type LiveNames = Record<number, string>;

type MembersTableProps<T extends Member> = {
  members: T[];
  /** The names arrive after the rows. */
  names: Promise<LiveNames>;
  sort: MemberSort;
  onSort: (sort: MemberSort) => void;
  page: { previous?: () => void; next?: () => void };
  loading: boolean;
  /** A last column; on a phone it stands under the name. */
  extra?: { title: string; cell: (member: T) => ReactNode };
};

// The columns in order; null = not sortable.
const SORT_OF_COLUMN: (MemberSort | null)[] = [null, null, 'last-order', 'frequency', 'monetary', null];

/** The customers of a segment or cell, one page of them. */
export function MembersTable<T extends Member>({
  members,
  names,
  sort,
  onSort,
  page,
  loading,
  extra,
}: MembersTableProps<T>) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Card padding="0">
      <div className="rk-members">
        <IndexTable
          selectable={false}
          loading={loading}
          itemCount={members.length}
          resourceName={{ singular: t('members.one'), plural: t('members.many') }}
          headings={[
            { title: t('members.customer') },
            { title: t('members.scores') },
            { title: t('members.lastOrder'), alignment: 'end' },
            { title: t('members.orders'), alignment: 'end' },
            { title: t('members.money'), alignment: 'end' },
            ...(extra === undefined ? [] : [{ title: extra.title }]),
          ]}
          sortable={SORT_OF_COLUMN.map((column) => column !== null)}
          sortColumnIndex={SORT_OF_COLUMN.indexOf(sort)}
          sortDirection="descending"
          defaultSortDirection="descending"
          onSort={(column) => onSort(SORT_OF_COLUMN[column] ?? 'monetary')}
          pagination={{
            hasNext: page.next !== undefined,
            hasPrevious: page.previous !== undefined,
            ...(page.next ? { onNext: page.next } : {}),
            ...(page.previous ? { onPrevious: page.previous } : {}),
          }}
        >
          {members.map((member, position) => (
            <IndexTable.Row id={String(member.customerId)} key={member.customerId} position={position}>
              <IndexTable.Cell as="th" scope="row">
                {member.gone === true ? (
                  <span className="rk-name">{t('members.gone', { id: member.customerId })}</span>
                ) : (
                  <Link url={`/app/customers/${member.customerId}`} dataPrimaryLink removeUnderline={false}>
                    <span className="rk-name">
                      <CustomerName id={member.customerId} names={names} />
                    </span>
                  </Link>
                )}
                <span className="rk-under-name">
                  {member.r > 0 && <ScoreText {...member} />}
                  {extra?.cell(member)}
                </span>
              </IndexTable.Cell>
              <IndexTable.Cell>
                {member.r > 0 ? <ScoreText {...member} /> : <SegmentBadge segment={null} />}
              </IndexTable.Cell>
              <IndexTable.Cell className="rk-number">
                {member.lastOrderDay === null ? t('members.never') : format.day(member.lastOrderDay)}
              </IndexTable.Cell>
              <IndexTable.Cell className="rk-number">{format.count(member.frequency)}</IndexTable.Cell>
              <IndexTable.Cell className="rk-number">
                <Text as="span" numeric>
                  <Amount minor={member.monetary} text={format.money(member.monetary)} />
                </Text>
              </IndexTable.Cell>
              {extra !== undefined && <IndexTable.Cell>{extra.cell(member)}</IndexTable.Cell>}
            </IndexTable.Row>
          ))}
        </IndexTable>
      </div>
    </Card>
  );
}

/** A customer's name once Shopify told it; until then, and where it does not tell, the number. */
export function CustomerName({
  id,
  names,
  unknown,
}: {
  id: number;
  names: Promise<LiveNames>;
  /** What stands there instead of the number when the name is not known. */
  unknown?: string;
}) {
  const { t } = useTranslation();
  const instead = unknown ?? t('customerNumber', { id });
  return (
    <Suspense fallback={unknown === undefined ? <span className="rk-name-coming">{instead}</span> : '…'}>
      <Await resolve={names} errorElement={instead}>
        {(known) => known[id] ?? instead}
      </Await>
    </Suspense>
  );
}
