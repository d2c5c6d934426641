import { defer, type LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData, useNavigation } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, Card, EmptyState, Link, Page, Text } from '@shopify/polaris';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ComparedDaysForm } from '#app/components/compared-days-form.tsx';
import { EmptyShop } from '#app/components/empty-shop.tsx';
import { useFormat } from '#app/i18n/format.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { liveNames } from '#app/live-names.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { formatDay } from '#app/rfm/calendar.ts';
import { readMoves } from './read-moves.server.ts';
import { ShownMoves } from './shown-moves.tsx';

export const handle: PageHandle = { title: 'moves.title' };

/** Who moved between two days; the names of valuable customers who fell follow, straight from Shopify. */
export async function loader({ request }: LoaderFunctionArgs) {
  const viewer = await signedIn(request, 'staff');
  const page = await readMoves(viewer.shop.id, new URL(request.url).searchParams);
  const fallen = page.kind === 'moves' ? page.fallen.rows : [];
  return defer({
    page,
    names: liveNames(
      viewer,
      fallen.map(({ customerId }) => customerId),
    ),
  });
}

export default function Transitions() {
  const { page, names } = useLoaderData<typeof loader>();
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
        kept={page.kind === 'moves' && page.shown === 'all' ? { show: 'all' } : {}}
        loading={navigation.state === 'loading'}
      />
      {page.kind === 'refused' && (
        <div className="rk-edge">
          <Text as="p">{t('moves.refused')}</Text>
        </div>
      )}
      {page.kind === 'moves' &&
        (page.moves.customers === 0 ? (
          <EmptyShop orders={page.history.orders} />
        ) : (
          <ShownMoves {...page} names={names} />
        ))}
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
