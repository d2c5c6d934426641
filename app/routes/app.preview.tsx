import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { Banner, BlockStack, Card, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { adminFor } from '#app/admin-for.server.ts';
import { PlanFigures } from '#app/components/plan-figures.tsx';
import { previewWriteBack } from '#app/jobs/walk-plan.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';

/** What writing now would send; nothing is stored or sent. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'manager');
  limitShop('preview', shop.id);
  const [{ customers, byKind, points, seconds }, run, settings] = await Promise.all([
    previewWriteBack(shop.id, adminFor(shop)),
    latestRun(shop.id),
    readSettings(shop.id),
  ]);
  const scoring = run !== null && run.scoringVersion !== settings.scoringVersion;
  return { customers, byKind, points, seconds, scoring };
}

export default function Preview() {
  const { scoring, ...plan } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  return (
    <Page title={t('preview.title')} backAction={{ content: t('app.name'), url: '/app' }}>
      <TitleBar title={t('preview.title')} />
      <BlockStack gap="400">
        <div className="rk-edge">
          <Text as="p">{t('preview.intro')}</Text>
        </div>
        {scoring && <Banner>{t('preview.scoring')}</Banner>}
        <Card>
          <PlanFigures {...plan} />
        </Card>
      </BlockStack>
    </Page>
  );
}
