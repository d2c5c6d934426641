import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { Page } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { CampaignResult } from '#app/components/campaign-result.tsx';
import { EmptyCard } from '#app/components/empty-card.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { signedIn } from '#app/merchant.server.ts';
import { readResult } from './read-result.server.ts';

export const handle: PageHandle = { title: 'campaignResult.title' };

/** What a campaign has shown so far, or in the end. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'staff');
  const id = params.campaignId ?? '';
  const read = /^[1-9]\d{0,14}$/.test(id) ? await readResult(shop, Number(id)) : null;
  if (read === null) throw new Response(null, { status: 404 });
  return { ...read, id: Number(id) };
}

export default function CampaignResultPage() {
  const { id, name, launched, result } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const title = t('campaignResult.of', { name });
  return (
    <Page title={title} backAction={{ content: name, url: `/app/campaigns/${id}` }}>
      <TitleBar title={title} />
      {result === null ? (
        <EmptyCard
          title={t(launched ? 'campaignResult.notYet' : 'campaignResult.notLaunched')}
          text={t(launched ? 'campaignResult.notYetText' : 'campaignResult.notLaunchedText')}
        />
      ) : (
        <CampaignResult {...result} />
      )}
    </Page>
  );
}
