import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useFetcher, useLoaderData } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, InlineGrid, Link, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { CountedOrdersCard } from '#app/components/counted-orders.tsx';
import { EmptyShop } from '#app/components/empty-shop.tsx';
import { ProgressCard } from '#app/components/progress-card.tsx';
import { ReadinessList } from '#app/components/readiness-list.tsx';
import { SegmentTable } from '#app/components/segment-table.tsx';
import { SetupGuide } from '#app/components/setup-guide.tsx';
import { SpreadFindings } from '#app/components/spread-findings.tsx';
import { StateBanner, type PageState } from '#app/components/state-banner.tsx';
import { StatusLine } from '#app/components/status-line.tsx';
import { WriteBackProgress, WriteConsent, WriteConsentSkeleton } from '#app/components/write-back-card.tsx';
import { useManages } from '#app/components/viewer.tsx';
import { readHome } from './read-home.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';
import { HomeInsights } from './home-insights.tsx';
import { answerHome } from './answer-home.server.ts';
import { pageState, runningImport } from './page-state.ts';
import { useLiveProgress } from './use-live-progress.ts';

/** Everything Home shows. */
export async function loader({ request }: LoaderFunctionArgs) {
  return readHome((await signedIn(request, 'staff')).shop);
}

/** The answer to the first write-back, or the wish for a new import. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop } = await signedIn(request, 'manager');
  limitShop('launch', shop.id);
  return answerHome(shop, await request.formData());
}

/** States in which nothing goes on that the page could wait for. */
const STOPPED = new Set<PageState['state'] | undefined>(['import-failed', 'parked', 'given-up']);

export default function Home() {
  const home = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const manages = useManages();
  const fetcher = useFetcher<typeof action>();
  const progress = useLiveProgress(home.progress, fetcher.data);
  const busy = fetcher.state !== 'idle';
  const { run, plan } = home;
  const state = pageState(progress);
  const running = runningImport(progress.import);
  const canWrite = state?.state !== 'parked';
  return (
    <Page title={t('app.name')}>
      <TitleBar title={t('app.name')} />
      <BlockStack gap="400">
        {state && (
          <StateBanner
            state={state}
            busy={busy}
            stillRefused={!busy && fetcher.data?.result === 'still-refused'}
            manages={manages}
            onImportAgain={() => fetcher.submit({ intent: 'import-again' }, { method: 'post' })}
            onTryAgain={() => fetcher.submit({ intent: 'try-again' }, { method: 'post' })}
          />
        )}
        {running && <ProgressCard progress={running} />}
        {run === null && running === null && !STOPPED.has(state?.state) && (
          <output className="rk-edge">
            <Text as="span">{t(progress.import === null ? 'home.starting' : 'home.scoring')}</Text>
          </output>
        )}
        {run !== null && run.summary.scored === 0 && <EmptyShop orders={run.orderCounts.read} />}
        {run !== null && run.summary.scored === 0 && run.orderCounts.read > 0 && (
          <CountedOrdersCard {...run.orderCounts} quarantine={home.quarantine} />
        )}
        {run !== null && run.summary.scored > 0 && (
          <>
            <StatusLine run={run} dataUpTo={home.dataUpTo} />
            {home.insights?.guide && (
              <SetupGuide
                steps={home.insights.guide}
                manages={manages}
                busy={busy}
                onAnswer={(answer) => fetcher.submit({ intent: 'guide', answer }, { method: 'post' })}
              />
            )}
            {canWrite && progress.counting && <WriteConsentSkeleton />}
            {canWrite && plan && (
              <WriteConsent
                plan={plan}
                busy={busy}
                manages={manages}
                onAnswer={(answer) => fetcher.submit({ intent: 'write-back', answer }, { method: 'post' })}
              />
            )}
            {progress.writeBack && <WriteBackProgress progress={progress.writeBack} />}
            {home.insights && (
              <HomeInsights insights={home.insights} summary={run.summary} windowDays={home.windowDays} />
            )}
            <SegmentTable
              segments={run.summary.segments}
              scored={run.summary.scored}
              provisional={run.summary.spread.provisional}
            />
            <div className="rk-edge">
              <Link url="/app/grid">{t('home.openGrid')}</Link>
            </div>
            <SpreadFindings spread={run.summary.spread} />
            <InlineGrid columns={{ xs: 1, md: 2 }} gap="400" alignItems="start">
              <ReadinessList checks={run.summary.readiness} />
              <CountedOrdersCard {...run.orderCounts} quarantine={home.quarantine} />
            </InlineGrid>
          </>
        )}
      </BlockStack>
    </Page>
  );
}
