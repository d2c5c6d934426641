import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, Card, DataTable, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { adminFor } from '#app/admin-for.server.ts';
import { durationText } from '#app/i18n/duration.ts';
import { useFormat } from '#app/i18n/format.tsx';
import { previewWriteBack } from '#app/jobs/walk-plan.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';
import { WRITE_KINDS } from '#app/rfm/write-plan.ts';

export const meta: MetaFunction = () => [{ title: 'Rekindle' }];

/** What writing now would send; nothing is stored or sent. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'manager');
  limitShop('preview', shop.id);
  const { customers, byKind, points, seconds } = await previewWriteBack(shop.id, adminFor(shop));
  return { customers, byKind, points, seconds };
}

export default function Preview() {
  const { customers, byKind, points, seconds } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Page title={t('preview.title')} backAction={{ content: t('app.name'), url: '/app' }}>
      <TitleBar title={t('preview.title')} />
      <BlockStack gap="400">
        <div className="rk-edge">
          <Text as="p">{t('preview.intro')}</Text>
        </div>
        <Card>
          {customers === 0 ? (
            <Text as="p">{t('preview.none')}</Text>
          ) : (
            <BlockStack gap="300">
              <Text as="p">{t('preview.customers', { count: customers, n: format.count(customers) })}</Text>
              <DataTable
                columnContentTypes={['text', 'numeric']}
                headings={[t('preview.what'), t('preview.count')]}
                rows={WRITE_KINDS.filter((kind) => byKind[kind] > 0).map((kind) => [
                  t(`preview.kind.${kind}`),
                  format.count(byKind[kind]),
                ])}
              />
              <Text as="p">
                {t('preview.cost', { points: format.count(points), time: durationText(t, seconds) })}
              </Text>
            </BlockStack>
          )}
        </Card>
      </BlockStack>
    </Page>
  );
}
