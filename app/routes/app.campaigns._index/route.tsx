import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { CampaignsTable } from '#app/components/campaigns-table.tsx';
import { EmptyCard } from '#app/components/empty-card.tsx';
import { useManages } from '#app/components/viewer.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { signedIn } from '#app/merchant.server.ts';
import { latestResults } from '#app/models/campaign-results.server.ts';
import { campaigns } from '#app/models/campaigns.server.ts';
import { savedSegments } from '#app/models/saved-segments.server.ts';

export const handle: PageHandle = { title: 'campaigns.title' };

/** Every campaign of the shop. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'staff');
  const [all, saved, results] = await Promise.all([
    campaigns(shop.id),
    savedSegments(shop.id),
    latestResults(shop.id),
  ]);
  return {
    saved,
    rows: all.map(({ id, name, state, plan, startAt, launchedAt, audience }) => ({
      id,
      name,
      state,
      startAt,
      launchedAt,
      source: plan.audience.source,
      treated: audience?.treated ?? null,
      heldOut: audience?.heldOut ?? null,
      result: results[id] ?? null,
    })),
  };
}

const NEW = '/app/campaigns/new';

export default function Campaigns() {
  const { rows, saved } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const manages = useManages();
  const title = t('campaigns.title');
  return (
    <Page
      fullWidth
      title={title}
      backAction={{ content: t('app.name'), url: '/app' }}
      {...(manages && rows.length > 0 ? { primaryAction: { content: t('campaigns.new'), url: NEW } } : {})}
    >
      <TitleBar title={title} />
      <BlockStack gap="300">
        {rows.length === 0 ? (
          <EmptyCard
            title={t('campaigns.empty.title')}
            text={t(manages ? 'campaigns.empty.text' : 'campaigns.empty.staff')}
            {...(manages
              ? { action: { content: t('campaigns.empty.action'), url: `${NEW}?template=first` } }
              : {})}
          />
        ) : (
          <>
            <div className="rk-edge">
              <Text as="p">{t('campaigns.what')}</Text>
            </div>
            <CampaignsTable campaigns={rows} saved={saved} />
          </>
        )}
      </BlockStack>
    </Page>
  );
}
