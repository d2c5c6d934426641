import { defer, type LoaderFunctionArgs } from '@remix-run/node';
import {
  Await,
  useLoaderData,
  useNavigation,
  useSearchParams,
  type ShouldRevalidateFunction,
} from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, Card, EmptyState, Link, Page, Text } from '@shopify/polaris';
import { Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { changesOnly } from '#app/components/changes-only.ts';
import { ComparedDaysForm } from '#app/components/compared-days-form.tsx';
import { EmptyCard } from '#app/components/empty-card.tsx';
import { EmptyShop } from '#app/components/empty-shop.tsx';
import { useFormat } from '#app/i18n/format.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { liveNames } from '#app/live-names.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { formatDay } from '#app/rfm/calendar.ts';
import { MovesSkeleton } from './moves-skeleton.tsx';
import { readDays, readMoves } from './read-moves.server.ts';
import { ShownMoves } from './shown-moves.tsx';

export const handle: PageHandle = { title: 'moves.title' };

/**
 * Which two days are compared. Who moved between them follows, since that is counted from every change since; and then
 * the names of valuable customers who fell, straight from Shopify.
 */
export async function loader({ request }: LoaderFunctionArgs) {
  const viewer = await signedIn(request, 'staff');
  const page = await readDays(viewer.shop.id, new URL(request.url).searchParams);
  if (page.kind !== 'moves') return defer({ page, found: null, names: Promise.resolve({}) });
  const found = readMoves(viewer.shop.id, page.days);
  const names = found.then(
    ({ fallen }) =>
      liveNames(
        viewer,
        fallen.rows.map(({ customerId }) => customerId),
      ),
    // Without them the page says what went wrong once.
    () => ({}),
  );
  return defer({ page, found, names });
}

/** Whether the chart shows who stayed, too, is the page's own matter. */
export const shouldRevalidate: ShouldRevalidateFunction = (change) =>
  change.defaultShouldRevalidate && !changesOnly(['show'], change);

export default function Transitions() {
  const { page, found, names } = useLoaderData<typeof loader>();
  const [search] = useSearchParams();
  const shown = search.get('show') === 'all' ? 'all' : 'moved';
  const { t } = useTranslation();
  const format = useFormat();
  const navigation = useNavigation();
  if (page.kind === 'no-run') {
    return (
      <Frame>
        <Text as="p">{t('moves.noRun')}</Text>
      </Frame>
    );
  }
  if (page.kind === 'one-day') {
    return (
      <Frame>
        <Card>
          <EmptyState heading={t('moves.oneDay.title')} image="">
            <p>{t('moves.oneDay.text', { day: format.day(page.history.first) })}</p>
          </EmptyState>
        </Card>
      </Frame>
    );
  }
  const dates =
    page.kind === 'moves'
      ? { from: formatDay(page.days.from), to: formatDay(page.days.to) }
      : { from: page.wanted.from ?? '', to: page.wanted.to ?? formatDay(page.history.last) };
  const problems = page.kind === 'moves' ? { from: null, to: null } : page.problems;
  return (
    <Frame>
      <div className="rk-edge">
        <Text as="p">{t('moves.what')}</Text>
      </div>
      <ComparedDaysForm
        key={`${dates.from} ${dates.to}`}
        {...dates}
        history={page.history}
        problems={problems}
        kept={shown === 'all' ? { show: 'all' } : {}}
        loading={navigation.state === 'loading'}
      />
      {page.kind === 'refused' && (
        <div className="rk-edge">
          <Text as="p">{t('moves.refused')}</Text>
        </div>
      )}
      {page.kind === 'moves' && found !== null && (
        <>
          <div className="rk-edge">
            <Text as="p" tone="subdued">
              {t('moves.who')}
            </Text>
          </div>
          <Suspense key={`${page.days.from} ${page.days.to}`} fallback={<MovesSkeleton />}>
            <Await resolve={found} errorElement={<FailedCard />}>
              {(read) =>
                read.moves.customers === 0 ? (
                  <EmptyShop orders={page.history.orders} />
                ) : (
                  <ShownMoves {...page} {...read} shown={shown} names={names} />
                )
              }
            </Await>
          </Suspense>
        </>
      )}
    </Frame>
  );
}

function Frame({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Page fullWidth title={t('moves.title')} backAction={{ content: t('app.name'), url: '/app' }}>
      <TitleBar title={t('moves.title')} />
      <BlockStack gap="300">
        {children}
        <div className="rk-edge">
          <Link url="/app/past">{t('past.link')}</Link>
        </div>
      </BlockStack>
    </Page>
  );
}

function FailedCard() {
  const { t } = useTranslation();
  return <EmptyCard title={t('failed.page.what')} text={t('failed.page.do')} />;
}
