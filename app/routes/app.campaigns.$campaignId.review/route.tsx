import { defer, json, type ActionFunctionArgs, type LoaderFunctionArgs } from '@remix-run/node';
import { useFetcher, useLoaderData, useNavigation, useSearchParams } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, Button, ButtonGroup, InlineStack, Page, Text } from '@shopify/polaris';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Arrived } from '#app/components/arrived.tsx';
import { CampaignQueue, type QueueAnswer } from '#app/components/campaign-queue.tsx';
import { EmptyCard } from '#app/components/empty-card.tsx';
import { useSearchChange } from '#app/components/use-search-change.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { liveNames } from '#app/live-names.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { campaign } from '#app/models/campaigns.server.ts';
import { campaignIdOf } from '../app.campaigns.$campaignId.edit/campaign-id.ts';
import { answerQueue } from './answer-queue.server.ts';
import { readQueue } from './read-queue.server.ts';

export const handle: PageHandle = { title: 'campaigns.queue.title' };

/** One page of the offers that wait for staff; the customers' names follow, straight from Shopify. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const viewer = await signedIn(request, 'staff');
  const queue = await readQueue(viewer, campaignIdOf(params.campaignId), new URL(request.url).searchParams);
  const ids = queue.offers.map(({ customerId }) => customerId);
  return defer({ queue, names: liveNames(viewer, ids) });
}

/** Approves, skips, puts off, assigns or changes them. */
export async function action({ request, params }: ActionFunctionArgs) {
  const viewer = await signedIn(request, 'staff');
  const id = campaignIdOf(params.campaignId);
  if ((await campaign(viewer.shop.id, id)) === null) throw new Response(null, { status: 404 });
  return json(await answerQueue(viewer, id, await request.formData()));
}

const PARTS = ['to-do', 'later', 'mine'] as const;

export default function ReviewQueue() {
  const { queue, names } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const format = useFormat();
  const navigation = useNavigation();
  const [search, setSearch] = useSearchParams();
  const changeSearch = useSearchChange();
  const { id, name, part, counts, offers, previous, next, seen } = queue;
  const turn = (cursor: string) => () => changeSearch((wanted) => wanted.set('cursor', cursor));
  const title = t('campaigns.queue.titleOf', { campaign: name });
  return (
    <Page fullWidth title={title} backAction={{ content: name, url: `/app/campaigns/${id}` }}>
      <TitleBar title={title} />
      <BlockStack gap="300">
        <div className="rk-edge">
          <BlockStack gap="300">
            <Text as="p">{t('campaigns.queue.what')}</Text>
            <InlineStack gap="300" blockAlign="center" align="space-between">
              <ButtonGroup variant="segmented">
                {PARTS.map((one) => (
                  <Button
                    key={one}
                    pressed={one === part}
                    onClick={() => setSearch(one === 'to-do' ? {} : { show: one })}
                  >
                    {t('atRisk.partCount', { part: t(`atRisk.part.${one}`), n: format.count(counts[one]) })}
                  </Button>
                ))}
              </ButtonGroup>
              {part === 'to-do' && counts['to-do'] > offers.length && (
                <ApproveAll count={counts['to-do']} seen={seen} />
              )}
            </InlineStack>
          </BlockStack>
        </div>
        <CampaignQueue
          // Another page begins without a selection.
          key={search.toString()}
          offers={offers}
          names={names}
          people={queue.people}
          you={queue.you}
          today={queue.today}
          shopName={queue.shopName}
          byMail={queue.delivery === 'mail'}
          page={{
            ...(next === null ? {} : { next: turn(next) }),
            ...(previous === null ? {} : { previous: turn(previous) }),
          }}
          loading={navigation.state === 'loading'}
          empty={
            <EmptyCard
              title={t(`campaigns.queue.empty.${part}`)}
              text={t('campaigns.queue.empty.text')}
              action={{ content: t('campaigns.edit.back'), url: `/app/campaigns/${id}` }}
            />
          }
        />
      </BlockStack>
    </Page>
  );
}

/** Approves everything that waits, once it was said how many that are. */
function ApproveAll({ count, seen }: { count: number; seen: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const fetcher = useFetcher<QueueAnswer>();
  const [asking, setAsking] = useState(false);
  const n = format.count(count);
  return (
    <Arrived after={asking}>
      {asking && <Text as="p">{t('campaigns.queue.all.what', { count, n })}</Text>}
      <InlineStack gap="200">
        {asking ? (
          <>
            <Button
              key="yes"
              variant="primary"
              loading={fetcher.state !== 'idle'}
              onClick={() => fetcher.submit({ what: 'approve-all', seen: String(seen) }, { method: 'post' })}
            >
              {t('campaigns.queue.all.yes', { count, n })}
            </Button>
            <Button key="no" onClick={() => setAsking(false)}>
              {t('cancel')}
            </Button>
          </>
        ) : (
          <Button key="ask" onClick={() => setAsking(true)}>
            {t('campaigns.queue.all.do', { count, n })}
          </Button>
        )}
      </InlineStack>
    </Arrived>
  );
}
