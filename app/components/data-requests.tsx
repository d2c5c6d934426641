import { useFetcher } from '@remix-run/react';
import { BlockStack, Button, Card, InlineStack, Text } from '@shopify/polaris';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';
import { saveFile } from './save-file.ts';

/** A request as it is listed. Instants are epoch milliseconds. */
type Request = {
  id: number;
  customerId: number;
  requestedAt: number;
  dueAt: number;
  downloadedAt: number | null;
  hasFile: boolean;
};

/** What customers asked to know, by when to answer, and the files to answer with. */
export function DataRequests({ requests }: { requests: Request[] }) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('privacy.requests.title')}
        </Text>
        <Text as="p">{t('privacy.requests.what')}</Text>
        {requests.length === 0 && (
          <Text as="p" tone="subdued">
            {t('privacy.requests.none')}
          </Text>
        )}
        <ul className="rk-rows">
          {requests.map((request) => (
            <RequestRow key={request.id} request={request} />
          ))}
        </ul>
      </BlockStack>
    </Card>
  );
}

function RequestRow({ request }: { request: Request }) {
  const { t } = useTranslation();
  const format = useFormat();
  const fetcher = useFetcher<{ name: string; content: string } | { gone: true }>();
  const { id, customerId, requestedAt, dueAt, downloadedAt, hasFile } = request;
  const customer = t('customerNumber', { id: customerId });
  const answer = fetcher.data;
  useEffect(() => {
    if (answer !== undefined && 'content' in answer)
      saveFile(answer.name, new Blob([answer.content], { type: 'application/json' }));
  }, [answer]);
  return (
    <li>
      <InlineStack align="space-between" blockAlign="center" gap="200">
        <BlockStack gap="100">
          <Text as="span" fontWeight="semibold">
            {customer}
          </Text>
          <Text as="span" tone="subdued">
            {t('privacy.requests.asked', { asked: format.dayOf(requestedAt), due: format.dayOf(dueAt) })}{' '}
            {downloadedAt !== null && t('privacy.requests.downloaded', { day: format.dayOf(downloadedAt) })}
          </Text>
        </BlockStack>
        {hasFile ? (
          <Button
            loading={fetcher.state !== 'idle'}
            accessibilityLabel={t('privacy.requests.downloadOf', { customer })}
            onClick={() => fetcher.submit({ intent: 'download', request: id }, { method: 'post' })}
          >
            {t('privacy.requests.download')}
          </Button>
        ) : (
          <Text as="span" tone="subdued">
            {t('privacy.requests.removed')}
          </Text>
        )}
      </InlineStack>
      {answer !== undefined && 'gone' in answer && (
        <Text as="p" tone="critical">
          <span role="alert">{t('privacy.requests.gone')}</span>
        </Text>
      )}
    </li>
  );
}
