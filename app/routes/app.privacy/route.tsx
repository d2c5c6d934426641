import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, Card, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { AccessLog } from '#app/components/access-log.tsx';
import { DataRequests } from '#app/components/data-requests.tsx';
import { StoredList } from '#app/components/stored-list.tsx';
import { useFormat } from '#app/i18n/format.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { signedIn } from '#app/merchant.server.ts';
import { answerPrivacy, readPrivacy } from './privacy-page.server.ts';

export const handle: PageHandle = { title: 'privacy.title' };

/** Requests for data, erased customers, who saw personal data, and what is stored. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'manager');
  return readPrivacy(shop, new URL(request.url).searchParams.get('before'));
}

/** Hands out the file of a request. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop, user } = await signedIn(request, 'manager');
  return answerPrivacy(shop.id, user.id, await request.formData());
}

export default function Privacy() {
  const { requests, erased, log, stored } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Page title={t('privacy.title')} backAction={{ content: t('app.name'), url: '/app' }}>
      <TitleBar title={t('privacy.title')} />
      <BlockStack gap="400">
        <DataRequests requests={requests} />
        <Card>
          <BlockStack gap="200">
            <Text as="h2" variant="headingMd">
              {t('privacy.erased.title')}
            </Text>
            <Text as="p">
              {erased === 0
                ? t('privacy.erased.none')
                : t('privacy.erased.count', { count: erased, n: format.count(erased) })}
            </Text>
            <Text as="p" tone="subdued">
              {t('privacy.erased.what')}
            </Text>
          </BlockStack>
        </Card>
        <AccessLog {...log} />
        <StoredList stored={stored} />
      </BlockStack>
    </Page>
  );
}
