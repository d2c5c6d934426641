import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData, useSearchParams, type ShouldRevalidateFunction } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, Link, Page, Text } from '@shopify/polaris';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { changesOnly } from '#app/components/changes-only.ts';
import { EmptyShop } from '#app/components/empty-shop.tsx';
import { SavedSegmentsCard } from '#app/components/saved-segments-card.tsx';
import { useScheme } from '#app/components/scheme.tsx';
import { SEGMENT_SORTS, SegmentsTable } from '#app/components/segments-table.tsx';
import { useSearchChange } from '#app/components/use-search-change.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { signedIn } from '#app/merchant.server.ts';
import { savedSegments } from '#app/models/saved-segments.server.ts';
import { readSegments } from './read-segments.server.ts';

export const handle: PageHandle = { title: 'segmentPages.list.title' };

/** Every segment of the shop as it is now. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'staff');
  const [page, own] = await Promise.all([readSegments(shop.id), savedSegments(shop.id)]);
  return { page, own };
}

/** All segments are there: the page sorts them itself. */
export const shouldRevalidate: ShouldRevalidateFunction = (change) =>
  change.defaultShouldRevalidate && !changesOnly(['sort'], change);

export default function Segments() {
  const { page, own } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const format = useFormat();
  const { id } = useScheme();
  const [search] = useSearchParams();
  const changeSearch = useSearchChange();
  if (page === null) {
    return (
      <Frame>
        <Text as="p">{t('segmentPages.list.none')}</Text>
      </Frame>
    );
  }
  const { asOf, stakeAsOf, scored } = page;
  if (scored === 0) {
    return (
      <Frame>
        <EmptyShop orders={page.read} />
      </Frame>
    );
  }
  return (
    <Frame>
      <div className="rk-edge">
        <BlockStack gap="100">
          <Text as="p">
            {t('segmentPages.list.asOf', {
              customers: t('customers', { count: scored, n: format.count(scored) }),
              day: format.day(asOf),
            })}{' '}
            {t(`segmentTable.note.${id}`)} <Link url="/app/scheme">{t('scheme.change')}</Link>
          </Text>
          <Text as="p" tone="subdued">
            {stakeAsOf === null
              ? t('segmentPages.list.stakeWaits')
              : t('segmentPages.list.stakeAsOf', { day: format.day(stakeAsOf) })}
          </Text>
        </BlockStack>
      </div>
      <SegmentsTable
        {...page}
        sort={
          SEGMENT_SORTS.find((sort) => sort === search.get('sort')) ??
          (stakeAsOf === null ? 'customers' : 'stake')
        }
        onSort={(sort) => changeSearch((wanted) => wanted.set('sort', sort), { preventScrollReset: true })}
      />
      <div className="rk-edge">
        <Link url="/app/segments/unscored">{t('segmentPages.list.unscored')}</Link>
      </div>
      <SavedSegmentsCard segments={own} />
    </Frame>
  );
}

function Frame({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Page fullWidth title={t('segmentPages.list.title')} backAction={{ content: t('app.name'), url: '/app' }}>
      <TitleBar title={t('segmentPages.list.title')} />
      <BlockStack gap="300">{children}</BlockStack>
    </Page>
  );
}
