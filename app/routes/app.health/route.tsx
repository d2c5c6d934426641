import { defer, type LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, InlineGrid, Page } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { AccountCard } from '#app/components/account-card.tsx';
import { FactsCard } from '#app/components/facts-card.tsx';
import { NeedsAttention } from '#app/components/needs-attention.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { signedIn } from '#app/merchant.server.ts';
import { readAccount, readHealth } from './read-health.server.ts';
import { useHealthFacts } from './use-health-facts.ts';

export const handle: PageHandle = { title: 'health.title' };

/** How far the app is with the shop and what is amiss; nobody's name or order is in it, so staff may see it. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'staff');
  return defer({ ...(await readHealth(shop)), account: readAccount(shop) });
}

export default function Health() {
  const health = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const { fresh, looks, topics, silent, api, quarantine } = useHealthFacts(health);
  return (
    <Page title={t('health.title')} backAction={{ content: t('app.name'), url: '/app' }}>
      <TitleBar title={t('health.title')} />
      <BlockStack gap="400">
        <NeedsAttention alarms={health.alarms} missing={health.missing} version={health.api.version} />
        <InlineGrid columns={{ xs: 1, md: 2 }} gap="400" alignItems="start">
          <FactsCard title={t('health.fresh.title')} facts={fresh} />
          <FactsCard title={t('health.api.title')} facts={api} />
        </InlineGrid>
        <AccountCard account={health.account} />
        <FactsCard title={t('health.looks.title')} intro={t('health.looks.what')} facts={looks} />
        <FactsCard
          title={t('health.quarantine.title')}
          facts={quarantine}
          {...(quarantine.length === 0 && { none: t('health.quarantine.none') })}
        />
        <FactsCard
          title={t('health.topics.title')}
          intro={t('health.topics.what')}
          facts={topics}
          {...(silent !== null && { none: silent })}
        />
      </BlockStack>
    </Page>
  );
}
