import { Link } from '@remix-run/react';
import { BlockStack, Card, InlineStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';

/** Somebody saw or took out personal data: of one customer (its id) or of so many. Instants are epoch milliseconds. */
type Entry = {
  id: number;
  at: number;
  userId: number | null;
  what: 'names' | 'export' | 'mail' | 'data-request' | 'data-file' | 'redaction';
  customers: number;
  customerId: number | null;
};

/** Who saw personal data, newest first; `older` begins the next page, `first` says that this is the newest one. */
export function AccessLog({
  entries,
  older,
  first,
}: {
  entries: Entry[];
  older: number | null;
  first: boolean;
}) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('privacy.log.title')}
        </Text>
        <Text as="p">{t('privacy.log.what')}</Text>
        {entries.length === 0 && <Text as="p">{t('privacy.log.none')}</Text>}
        <ul className="rk-rows">
          {entries.map((entry) => (
            <EntryRow key={entry.id} entry={entry} />
          ))}
        </ul>
        <InlineStack gap="400">
          {!first && <Link to="/app/privacy">{t('privacy.log.newest')}</Link>}
          {older !== null && <Link to={`/app/privacy?before=${older}`}>{t('privacy.log.older')}</Link>}
        </InlineStack>
      </BlockStack>
    </Card>
  );
}

function EntryRow({ entry: { at, userId, what, customers, customerId } }: { entry: Entry }) {
  const { t } = useTranslation();
  const format = useFormat();
  const whose =
    customerId !== null
      ? t('customerNumber', { id: customerId })
      : customers === 0
        ? t('privacy.log.erased')
        : t('customers', { count: customers, n: format.count(customers) });
  return (
    <li>
      <InlineStack align="space-between" gap="200">
        <Text as="span">
          {t('privacy.log.line', {
            who: userId === null ? t('privacy.log.app') : t('people.member', { id: userId }),
            did: t(`privacy.log.entry.${what}`, { customers: whose }),
          })}
        </Text>
        <Text as="span" tone="subdued">
          {t('privacy.log.when', { day: format.dayOf(at), time: format.time(at) })}
        </Text>
      </InlineStack>
    </li>
  );
}
