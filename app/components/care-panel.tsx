import { BlockStack, Button, Card, Text } from '@shopify/polaris';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { formatDay, type Day } from '#app/rfm/calendar.ts';
import { AssignFields, LaterFields, NoteFields, type CareWhat } from './care-fields.tsx';
import { inCommon } from './in-common.ts';

/** What the panel needs of a selected customer. */
type SelectedCustomer = {
  customerId: number;
  assignedTo: number | null;
  laterUntil: Day | null;
  note: string | null;
};

type CarePanelProps = {
  what: Exclude<CareWhat, 'contacted'>;
  customers: readonly SelectedCustomer[];
  people: number[];
  you: number;
  today: Day;
  busy: boolean;
  problem: 'date' | 'long' | null;
  onSave: (value: string) => void;
  onCancel: () => void;
};

/** Asks for what is to be set for the selected customers, beginning with what they all have. */
export function CarePanel({
  what,
  customers,
  people,
  you,
  today,
  busy,
  problem,
  onSave,
  onCancel,
}: CarePanelProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const panel = useRef<HTMLElement>(null);
  // Whoever asked for it goes on here, by keyboard too.
  useEffect(() => panel.current?.querySelector<HTMLElement>('select, input, textarea')?.focus(), []);
  const [only] = customers;
  const named =
    customers.length === 1
      ? t('customerNumber', { id: only?.customerId })
      : t('customers', { count: customers.length, n: format.count(customers.length) });
  const title = t(TITLES[what], { customers: named });
  const noted = customers.filter(({ note }) => note !== null).length;
  const shared = { busy, problem, onSave };
  const cancel = <Button onClick={onCancel}>{t('cancel')}</Button>;
  return (
    <section ref={panel} aria-label={title}>
      <Card>
        <BlockStack gap="300">
          <Text as="h2" variant="headingMd">
            {title}
          </Text>
          {what === 'assigned' && (
            <AssignFields
              {...shared}
              initial={inCommon(customers.map(({ assignedTo }) => String(assignedTo ?? '')))}
              people={people}
              you={you}
              beside={cancel}
            />
          )}
          {what === 'later' && (
            <LaterFields
              {...shared}
              initial={inCommon(
                customers.map(({ laterUntil }) =>
                  laterUntil === null || laterUntil <= today ? '' : formatDay(laterUntil),
                ),
              )}
              today={today}
              beside={cancel}
            />
          )}
          {what === 'note' && noted > 0 && customers.length > 1 && (
            <Text as="p">{t('care.noteReplaces', { count: noted, n: format.count(noted) })}</Text>
          )}
          {what === 'note' && (
            <NoteFields
              {...shared}
              initial={inCommon(customers.map(({ note }) => note ?? ''))}
              beside={cancel}
            />
          )}
        </BlockStack>
      </Card>
    </section>
  );
}

const TITLES = { assigned: 'care.assignOf', later: 'care.laterOf', note: 'care.noteOf' } as const;
