import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useFetcher, useLoaderData } from '@remix-run/react';
import { TitleBar, useAppBridge } from '@shopify/app-bridge-react';
import { Banner, BlockStack, Page, Text } from '@shopify/polaris';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { CycleStates } from '#app/components/cycle-states.tsx';
import { EarlyRiskWarning } from '#app/components/early-risk-warning.tsx';
import { EmptyCard } from '#app/components/empty-card.tsx';
import { EmptyShop } from '#app/components/empty-shop.tsx';
import { UsualGapCard } from '#app/components/usual-gap-card.tsx';
import { useManages } from '#app/components/viewer.tsx';
import { cycleLength } from '#app/i18n/cycle-length.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { signedIn } from '#app/merchant.server.ts';
import { answerCycle } from './answer-cycle.server.ts';
import { readCycle } from './read-cycle.server.ts';

export const handle: PageHandle = { title: 'cycle.title' };

/** The shop's purchase cycle, what it rests on, and how many customers are where in it. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'staff');
  return { read: await readCycle(shop) };
}

/** Confirms the suggested cycle. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop } = await signedIn(request, 'manager');
  return answerCycle(shop, await request.formData());
}

export default function PurchaseCycle() {
  const { read } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const format = useFormat();
  const shopify = useAppBridge();
  const manages = useManages();
  const confirmer = useFetcher<typeof action>();
  const answer = confirmer.data;
  useEffect(() => {
    if (answer?.result !== 'saved') return;
    const length = cycleLength(t, format, { length: answer.days, unit: 'days' });
    shopify.toast.show(t('cycle.used', { length }));
  }, [answer, format, shopify, t]);
  return (
    <Page title={t('cycle.title')} backAction={{ content: t('app.name'), url: '/app' }}>
      <TitleBar title={t('cycle.title')} />
      {read === null ? (
        <EmptyCard title={t('cycle.noScores.title')} text={t('cycle.noScores.text')} />
      ) : read.read === 0 ? (
        <EmptyShop orders={0} />
      ) : (
        <BlockStack gap="400">
          <div className="rk-edge">
            <Text as="p">{t('cycle.what', { day: format.day(read.asOf) })}</Text>
          </div>
          {answer?.result === 'changed-elsewhere' && (
            <Banner tone="critical" title={t('cycle.changedElsewhere')} />
          )}
          {read.cycle !== null && read.early !== null && (
            <EarlyRiskWarning days={read.early} cycle={read.cycle} />
          )}
          <UsualGapCard
            {...read}
            manages={manages}
            busy={confirmer.state !== 'idle'}
            onConfirm={(days) =>
              confirmer.submit({ intent: 'confirm', days, version: read.version }, { method: 'post' })
            }
          />
          {read.cycle !== null && read.states != null && read.again !== null && (
            <CycleStates states={read.states} again={read.again} cycle={read.cycle} />
          )}
        </BlockStack>
      )}
    </Page>
  );
}
