import { defer, type LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { Banner, BlockStack, Layout, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { CareCard } from '#app/components/care-card.tsx';
import { CycleCard } from '#app/components/cycle-card.tsx';
import { CustomerName } from '#app/components/members-table.tsx';
import { OrderList } from '#app/components/order-list.tsx';
import { SegmentBadge } from '#app/components/score-badges.tsx';
import { SegmentHistory } from '#app/components/segment-history.tsx';
import { WhyCard } from '#app/components/why-card.tsx';
import { WrittenCard } from '#app/components/written-card.tsx';
import { readCustomer } from './read-customer.server.ts';
import { useFormat } from '#app/i18n/format.tsx';
import { liveNames } from '#app/live-names.server.ts';
import { signedIn } from '#app/merchant.server.ts';

/** A customer's scores and why; an unknown id and another shop's id are the same: not found. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const viewer = await signedIn(request, 'staff');
  const id = /^[1-9]\d{0,15}$/.test(params.customerId ?? '') ? Number(params.customerId) : null;
  const customer = id === null ? null : await readCustomer(viewer.shop, id);
  if (customer === null) throw new Response(null, { status: 404 });
  return defer({ customer, you: viewer.user.id, names: liveNames(viewer, [customer.id]) });
}

export default function Customer() {
  const { customer, you, names } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const format = useFormat();
  const {
    id,
    asOf,
    scores,
    why,
    unscoredReason,
    since,
    orders,
    more,
    history,
    written,
    refused,
    care,
    cycle,
    people,
    today,
  } = customer;
  const number = t('customerNumber', { id });
  const url = `shopify://admin/customers/${id}`;
  return (
    <Page
      title={number}
      titleMetadata={<SegmentBadge segment={why?.segment ?? null} />}
      subtitle={t(why === null ? 'customer.sinceUnscored' : 'customer.since', {
        asOf: format.day(asOf),
        day: format.day(since),
      })}
      backAction={{
        content: t('app.name'),
        url: why === null ? '/app/segments/unscored' : `/app/segments/${why.segment}`,
      }}
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
                <WhyCard scores={scores} explanation={why} />
              )}
              {cycle !== null && <CycleCard {...cycle} />}
              <OrderList orders={orders} more={more} />
            </BlockStack>
          </Layout.Section>
          <Layout.Section variant="oneThird">
            <BlockStack gap="400">
              <CareCard key={id} customerId={id} care={care} people={people} you={you} today={today} />
              <WrittenCard written={written} refused={refused[0] ?? null} url={url} />
              <SegmentHistory entries={history} />
            </BlockStack>
          </Layout.Section>
        </Layout>
      </BlockStack>
    </Page>
  );
}
