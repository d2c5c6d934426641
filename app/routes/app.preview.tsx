import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, Card, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { adminFor } from '#app/admin-for.server.ts';
import { PlanFigures } from '#app/components/plan-figures.tsx';
import { previewWriteBack } from '#app/jobs/walk-plan.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';

/** What writing now would send; nothing is stored or sent. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'manager');
  limitShop('preview', shop.id);
  const { customers, byKind, points, seconds } = await previewWriteBack(shop.id, adminFor(shop));
  return { customers, byKind, points, seconds };
}

export default function Preview() {
  const plan = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  return (
    <Page title={t('preview.title')} backAction={{ content: t('app.name'), url: '/app' }}>
      <TitleBar title={t('preview.title')} />
      <BlockStack gap="400">
        <div className="rk-edge">
          <Text as="p">{t('preview.intro')}</Text>
        </div>
        <Card>
          <PlanFigures {...plan} />
        </Card>
      </BlockStack>
    </Page>
  );
}
