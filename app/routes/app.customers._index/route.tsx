import { defer, type LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData, useLocation, useNavigation } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, Button, InlineStack, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { CustomerFilters } from '#app/components/customer-filters.tsx';
import { EmptyCard } from '#app/components/empty-card.tsx';
import { ExportButton } from '#app/components/export-button.tsx';
import { MembersTable, type Member } from '#app/components/members-table.tsx';
import { SegmentBadge } from '#app/components/score-badges.tsx';
import { useSearchChange } from '#app/components/use-search-change.ts';
import { useManages } from '#app/components/viewer.tsx';
import { useFormat } from '#app/i18n/format.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { liveNames } from '#app/live-names.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { readCustomers } from './read-customers.server.ts';

export const handle: PageHandle = { title: 'customerList.title' };

/** One page of the shop's customers, narrowed down as the address says; their names follow, straight from Shopify. */
export async function loader({ request }: LoaderFunctionArgs) {
  const viewer = await signedIn(request, 'staff');
  const list = await readCustomers(viewer.shop, new URL(request.url).searchParams);
  const ids = list?.page.members.map(({ customerId }) => customerId) ?? [];
  return defer({ list, names: liveNames(viewer, ids) });
}

const segmentCell = ({ segment }: Member) => <SegmentBadge segment={segment} />;

export default function Customers() {
  const { list, names } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const format = useFormat();
  const navigation = useNavigation();
  const manages = useManages();
  const { search } = useLocation();
  const changeSearch = useSearchChange();
  const title = t('customerList.title');
  if (list === null) {
    return (
      <Page title={title} backAction={{ content: t('app.name'), url: '/app' }}>
        <TitleBar title={title} />
        <EmptyCard
          title={t('customerList.noScores.title')}
          text={t('customerList.noScores.text')}
          action={{ content: t('customerList.noScores.action'), url: '/app' }}
        />
      </Page>
    );
  }
  const { asOf, filters, filtered, view, question, sort, page, total, views, gathers } = list;
  /** Asks for other customers, or for the same in another order: from the front. */
  const change = (name: string, value: string): void =>
    changeSearch(
      (wanted) => {
        wanted.delete('cursor');
        // A saved segment takes the place of a question that is not saved.
        if (name === 'view') wanted.delete('where');
        if (value === '') wanted.delete(name);
        else wanted.set(name, value);
      },
      { preventScrollReset: true },
    );
  const turn = (cursor: string) => () => changeSearch((wanted) => wanted.set('cursor', cursor));
  const asked = new URLSearchParams(search);
  for (const name of ['cursor', 'sort']) asked.delete(name);
  const builderUrl =
    question === null ? '/app/builder/new' : `/app/builder/new?${new URLSearchParams({ where: question })}`;
  return (
    <Page
      fullWidth
      title={title}
      backAction={{ content: t('app.name'), url: '/app' }}
      primaryAction={<Button url="/app/builder/new">{t('customerList.newSegment')}</Button>}
    >
      <TitleBar title={title} />
      <BlockStack gap="400">
        <div className="rk-edge">
          <BlockStack gap="300">
            <CustomerFilters
              chosen={filters}
              views={views}
              onFilter={change}
              onIds={(ids) => change('ids', ids === null ? '' : ids.length === 0 ? '0' : ids.join())}
            />
            <BlockStack gap="100">
              <Text as="p">
                {t('customerList.total', {
                  customers: t('customers', { count: total.customers, n: format.count(total.customers) }),
                  money: format.wholeMoney(total.monetary),
                  day: format.day(asOf),
                })}
              </Text>
              {gathers && <Text as="p">{t('customerList.gathers')}</Text>}
            </BlockStack>
            <InlineStack gap="200">
              {view !== null && (
                <Button url={`/app/builder/${view.id}`}>
                  {t('customerList.openView', { name: view.name })}
                </Button>
              )}
              {question !== null && (view === null || filters.segment || filters.tier || filters.reach) && (
                <Button url={builderUrl}>{t('customerList.asSegment')}</Button>
              )}
              {manages && total.customers > 0 && (
                <ExportButton key={asked.toString()} url={`/app/customers/export?${asked}`} />
              )}
            </InlineStack>
          </BlockStack>
        </div>
        {page.members.length === 0 ? (
          <EmptyCard
            title={t(`customerList.empty.${filters.ids === null ? 'title' : 'searchTitle'}`)}
            text={t(
              `customerList.empty.${filters.ids !== null ? 'searchText' : filtered ? 'text' : 'nobody'}`,
            )}
            {...(filtered
              ? { action: { content: t('customerList.empty.action'), url: '/app/customers' } }
              : {})}
          />
        ) : (
          <MembersTable
            members={page.members}
            names={names}
            sort={sort}
            onSort={(wanted) => change('sort', wanted)}
            page={{
              ...(page.next === null ? {} : { next: turn(page.next) }),
              ...(page.previous === null ? {} : { previous: turn(page.previous) }),
            }}
            loading={navigation.state === 'loading'}
            extra={{ title: t('customerList.segment'), cell: segmentCell }}
          />
        )}
      </BlockStack>
    </Page>
  );
}
