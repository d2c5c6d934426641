import { defer, type ActionFunctionArgs, type LoaderFunctionArgs } from '@remix-run/node';
import { useActionData, useLoaderData, useNavigation } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { Banner, BlockStack, Layout, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { CareCard } from '#app/components/care-card.tsx';
import { ConsentCard } from '#app/components/consent-card.tsx';
import { CycleCard } from '#app/components/cycle-card.tsx';
import { CustomerCampaigns } from '#app/components/customer-campaigns.tsx';
import { CustomerName } from '#app/components/members-table.tsx';
import { FullPriceCard } from '#app/components/full-price-card.tsx';
import { MessagesCard } from '#app/components/messages-card.tsx';
import { PreferencesCard } from '#app/components/preferences-card.tsx';
import { PutBackCard } from '#app/components/put-back-card.tsx';
import { useSegmentWords } from '#app/components/scheme.tsx';
import { SegmentBadge } from '#app/components/score-badges.tsx';
import { SegmentHistory } from '#app/components/segment-history.tsx';
import { ShopifyGroupCard } from '#app/components/shopify-group.tsx';
import { TimelineCard } from '#app/components/timeline-card.tsx';
import { WhyCard } from '#app/components/why-card.tsx';
import { WrittenCard } from '#app/components/written-card.tsx';
import { answerCustomer } from './answer-customer.server.ts';
import { readCustomer } from './read-customer.server.ts';
import { useFormat } from '#app/i18n/format.tsx';
import { liveCustomer } from '#app/live-names.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { customerScore } from '#app/models/customer-standing.server.ts';

/** The customer of an address, null when it names none. */
function idOf(customerId: string | undefined): number | null {
  return /^[1-9]\d{0,15}$/.test(customerId ?? '') ? Number(customerId) : null;
}

/** A customer's scores and why; an unknown id and another shop's id are the same: not found. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const viewer = await signedIn(request, 'staff');
  const id = idOf(params.customerId);
  const { searchParams } = new URL(request.url);
  const customer = id === null ? null : await readCustomer(viewer.shop, id, searchParams);
  if (customer === null) throw new Response(null, { status: 404 });
  const live = liveCustomer(viewer, customer.id);
  return defer({
    customer,
    you: viewer.user.id,
    manages: viewer.user.manages,
    names: live.then(({ names }) => names),
    shopify: live.then(({ known, group }) => ({ known, group })),
  });
}

/** Puts back what was on the customer before our last write-back, or lets it be written again. */
export async function action({ request, params }: ActionFunctionArgs) {
  const viewer = await signedIn(request, 'manager');
  const id = idOf(params.customerId);
  if (id === null || (await customerScore(viewer.shop.id, id)) === null)
    throw new Response(null, { status: 404 });
  return answerCustomer(viewer, id, await request.formData());
}

export default function Customer() {
  const { customer, you, manages, names, shopify } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const busy = useNavigation().formMethod === 'POST';
  const { t } = useTranslation();
  const format = useFormat();
  const segmentWords = useSegmentWords();
  const { id, asOf, scores, why, unscoredReason, since, timeline, preferences, history, consent } = customer;
  const { among, written, refused, putBack, care, cycle, campaigns, people, today } = customer;
  const number = t('customerNumber', { id });
  const here = `/app/customers/${id}`;
  const segment = why?.segment ?? null;
  return (
    <Page
      title={number}
      titleMetadata={<SegmentBadge segment={segment} />}
      subtitle={t(why === null ? 'customer.sinceUnscored' : 'customer.since', {
        asOf: format.day(asOf),
        day: format.day(since),
      })}
      backAction={{ content: t('app.name'), url: `/app/segments/${segment ?? 'unscored'}` }}
    >
      <TitleBar title={number} />
      <BlockStack gap="400">
        <div className="rk-edge">
          <Text as="p" variant="bodyLg">
            <CustomerName id={id} names={names} unknown={t('customer.nameHidden')} />
          </Text>
        </div>
        <Layout>
          <Layout.Section>
            <BlockStack gap="400">
              {why === null ? (
                <Banner tone="info" title={t('customer.unscored.title')}>
                  <Text as="p">{t(`customer.unscored.${unscoredReason ?? 'no-counted-order'}`)}</Text>
                </Banner>
              ) : (
                <WhyCard scores={scores} explanation={why} among={among} />
              )}
              {cycle !== null && <CycleCard {...cycle} />}
              <TimelineCard {...timeline} />
            </BlockStack>
          </Layout.Section>
          <Layout.Section variant="oneThird">
            <BlockStack gap="400">
              <CareCard key={id} customerId={id} care={care} people={people} you={you} today={today} />
              <CustomerCampaigns campaigns={campaigns} />
              <PreferencesCard {...preferences} />
              {customer.paid !== null && <FullPriceCard paid={customer.paid} />}
              <ConsentCard consent={consent} />
              <MessagesCard {...customer.messages} />
              <WrittenCard written={written} refused={refused} url={`shopify://admin/customers/${id}`}>
                <PutBackCard
                  key={id}
                  customerId={id}
                  view={putBack}
                  here={here}
                  you={you}
                  manages={manages}
                  busy={busy}
                  refused={answer?.result === 'not-possible'}
                />
              </WrittenCard>
              <ShopifyGroupCard theirs={shopify} ours={segmentWords(segment).name} />
              <SegmentHistory entries={history} />
            </BlockStack>
          </Layout.Section>
        </Layout>
      </BlockStack>
    </Page>
  );
}
