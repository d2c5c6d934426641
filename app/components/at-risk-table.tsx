import { Card, IndexTable, Link } from '@shopify/polaris';
import { useEffect, useRef, type ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import type { Day } from '#app/rfm/calendar.ts';
import { AtRiskLines, type AtRiskCustomer } from './at-risk-lines.tsx';
import type { CareWhat } from './care-fields.tsx';
import { CustomerName, type LiveNames } from './members-table.tsx';
import { ReachText } from './reach-text.tsx';
import { SegmentBadge } from './score-badges.tsx';
import { useAtRiskWords } from './use-at-risk-words.ts';

type AtRiskTableProps = {
  customers: AtRiskCustomer[];
  /** The names arrive after the rows. */
  names: Promise<LiveNames>;
  you: number;
  today: Day;
  selection: {
    selected: string[];
    all: boolean;
    onChange: NonNullable<ComponentProps<typeof IndexTable>['onSelectionChange']>;
  };
  onAct: (what: CareWhat) => void;
  page: { previous?: () => void; next?: () => void };
  loading: boolean;
};

/** One page of the at-risk list, with what can be done for the selected customers. */
export function AtRiskTable(props: AtRiskTableProps) {
  const { customers, names, you, today, selection, onAct, page, loading } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const words = useAtRiskWords(you);
  const table = useRef<HTMLDivElement>(null);
  // Polaris says "mixed" of a box over a part of the rows, which holds only while the box itself says so too.
  useEffect(() => {
    for (const box of table.current?.querySelectorAll<HTMLInputElement>('input[role="checkbox"]') ?? [])
      box.indeterminate = box.getAttribute('aria-checked') === 'mixed';
  });
  const act = (what: CareWhat, content: string) => ({ content, onAction: () => onAct(what) });
  return (
    <Card padding="0">
      <div ref={table} className="rk-at-risk">
        <IndexTable
          loading={loading}
          itemCount={customers.length}
          selectedItemsCount={selection.all ? 'All' : selection.selected.length}
          onSelectionChange={selection.onChange}
          promotedBulkActions={[act('assigned', t('care.assign')), act('later', t('care.later'))]}
          bulkActions={[act('contacted', t('care.contacted')), act('note', t('care.note'))]}
          resourceName={{ singular: t('members.one'), plural: t('members.many') }}
          headings={[
            { title: t('members.customer') },
            { title: t('atRisk.segment') },
            { title: t('atRisk.days'), alignment: 'end' },
            { title: t('atRisk.gap') },
            { title: t('atRisk.orders'), alignment: 'end' },
            { title: t('atRisk.spent'), alignment: 'end' },
            { title: t('atRisk.reach') },
            { title: t('atRisk.contacted') },
            { title: t('atRisk.assigned') },
          ]}
          pagination={{
            hasNext: page.next !== undefined,
            hasPrevious: page.previous !== undefined,
            ...(page.next ? { onNext: page.next } : {}),
            ...(page.previous ? { onPrevious: page.previous } : {}),
          }}
        >
          {customers.map((customer, position) => (
            <IndexTable.Row
              id={String(customer.customerId)}
              key={customer.customerId}
              position={position}
              selected={selection.selected.includes(String(customer.customerId))}
              accessibilityLabel={t('customerNumber', { id: customer.customerId })}
            >
              <IndexTable.Cell as="th" scope="row">
                <Link url={`/app/customers/${customer.customerId}`} removeUnderline={false}>
                  <span className="rk-name">
                    <CustomerName id={customer.customerId} names={names} />
                  </span>
                </Link>
                {customer.laterUntil !== null && customer.laterUntil > today && (
                  <span className="rk-row-note rk-line">
                    {t('atRisk.laterUntil', { day: format.day(customer.laterUntil) })}
                  </span>
                )}
                {customer.note !== null && (
                  <span className="rk-row-note rk-line rk-note">{customer.note}</span>
                )}
                <AtRiskLines customer={customer} you={you} />
              </IndexTable.Cell>
              <IndexTable.Cell>
                <SegmentBadge segment={customer.segment} />
              </IndexTable.Cell>
              <IndexTable.Cell className="rk-number">{format.count(customer.daysSince)}</IndexTable.Cell>
              <IndexTable.Cell>{words.gap(customer.usualGap)}</IndexTable.Cell>
              <IndexTable.Cell className="rk-number">{format.count(customer.frequency)}</IndexTable.Cell>
              <IndexTable.Cell className="rk-number">{format.money(customer.monetary)}</IndexTable.Cell>
              <IndexTable.Cell>
                <ReachText reach={customer.reach} />
              </IndexTable.Cell>
              <IndexTable.Cell>{words.contacted(customer.contactedOn)}</IndexTable.Cell>
              <IndexTable.Cell>{words.assigned(customer.assignedTo)}</IndexTable.Cell>
            </IndexTable.Row>
          ))}
        </IndexTable>
      </div>
    </Card>
  );
}
