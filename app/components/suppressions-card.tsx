import { Link, useFetcher } from '@remix-run/react';
import { BlockStack, Button, Card, InlineStack, Text, TextField } from '@shopify/polaris';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { CustomerName, type LiveNames } from './members-table.tsx';

type Reason = 'unsubscribed' | 'bounced' | 'by-hand';
/** A customer who gets no messages; epoch milliseconds. */
type Row = { customerId: number; reason: Reason; createdAt: number };
type SuppressionsProps = {
  rows: Row[];
  counts: Record<Reason, number>;
  /** The names arrive after the rows. */
  names: Promise<LiveNames>;
  older: string | null;
  first: boolean;
};

/** Who gets no messages from campaigns and why; a manager may add customers and let them get messages again. */
export function SuppressionsCard({ rows, counts, names, older, first }: SuppressionsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const adder = useFetcher<{ result: string }>();
  const [customer, setCustomer] = useState('');
  const unknown = adder.state === 'idle' && adder.data?.result === 'unknown-customer';
  const total = counts.unsubscribed + counts.bounced + counts['by-hand'];
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('mail.none.title')}
        </Text>
        <Text as="p">{t('mail.none.what')}</Text>
        <Text as="p">
          {total === 0
            ? t('mail.none.nobody')
            : t('mail.none.counts', {
                unsubscribed: format.count(counts.unsubscribed),
                bounced: format.count(counts.bounced),
                byHand: format.count(counts['by-hand']),
              })}
        </Text>
        <InlineStack gap="300" blockAlign="end">
          <TextField
            label={t('mail.none.customer')}
            autoComplete="off"
            value={customer}
            onChange={setCustomer}
            {...(unknown ? { error: t('mail.none.unknown') } : {})}
          />
          <Button
            disabled={customer.trim() === ''}
            loading={adder.state !== 'idle'}
            onClick={() => adder.submit({ intent: 'suppress', customer }, { method: 'post' })}
          >
            {t('mail.none.add')}
          </Button>
        </InlineStack>
        <ul className="rk-rows">
          {rows.map((row) => (
            <SuppressedRow key={row.customerId} row={row} names={names} />
          ))}
        </ul>
        <InlineStack gap="400">
          {!first && <Link to="/app/mail">{t('mail.none.newest')}</Link>}
          {older !== null && <Link to={`/app/mail?before=${older}`}>{t('mail.none.older')}</Link>}
        </InlineStack>
      </BlockStack>
    </Card>
  );
}

function SuppressedRow({
  row: { customerId, reason, createdAt },
  names,
}: {
  row: Row;
  names: Promise<LiveNames>;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const fetcher = useFetcher<{ result: string }>();
  const early = fetcher.state === 'idle' && fetcher.data?.result === 'not-told-yet';
  const number = t('customerNumber', { id: customerId });
  return (
    <li>
      <InlineStack align="space-between" blockAlign="center" gap="200">
        <BlockStack gap="100">
          <Link to={`/app/customers/${customerId}`}>
            <CustomerName id={customerId} names={names} />
          </Link>
          <Text as="span" tone="subdued">
            {t('mail.none.why', { reason: t(`mail.none.reason.${reason}`), day: format.dayOf(createdAt) })}
          </Text>
          {early && (
            <div role="alert">
              <Text as="span" tone="critical">
                {t('mail.none.notToldYet')}
              </Text>
            </div>
          )}
        </BlockStack>
        <Button
          loading={fetcher.state !== 'idle'}
          accessibilityLabel={t('mail.none.allowOf', { customer: number })}
          onClick={() => fetcher.submit({ intent: 'unsuppress', customer: customerId }, { method: 'post' })}
        >
          {t('mail.none.allow')}
        </Button>
      </InlineStack>
    </li>
  );
}
