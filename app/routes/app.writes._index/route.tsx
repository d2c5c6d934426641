import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, InlineStack, Link, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { EmptyCard } from '#app/components/empty-card.tsx';
import { WriteRunsTable } from '#app/components/write-runs-table.tsx';
import { useFormat } from '#app/i18n/format.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { signedIn } from '#app/merchant.server.ts';
import { writeRuns } from '#app/models/journal.server.ts';
import { heldCustomers } from '#app/models/write-holds.server.ts';

const PAGE = 50;
/** Customers that are not written who are named on the page. */
const HELD = 20;
const ID = /^[1-9]\d{0,14}$/;

export const handle: PageHandle = { title: 'journal.title' };

/** Every write-back of the shop, newest first. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await signedIn(request, 'staff');
  const before = new URL(request.url).searchParams.get('before') ?? '';
  const from = ID.test(before) ? Number(before) : null;
  const [found, held] = await Promise.all([writeRuns(shop.id, from, PAGE + 1), heldCustomers(shop.id, HELD)]);
  const runs = found.slice(0, PAGE).map(({ id, kind, plan, state, done, failed, points, startedAt }) => ({
    id,
    what: plan.cleanUp ? ('cleanUp' as const) : kind,
    state,
    done,
    failed,
    points,
    startedAt,
  }));
  return { runs, held, next: found.length > PAGE ? (runs.at(-1)?.id ?? null) : null, first: from === null };
}

export default function Writes() {
  const { runs, held, next, first } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Page fullWidth title={t('journal.title')} backAction={{ content: t('app.name'), url: '/app' }}>
      <TitleBar title={t('journal.title')} />
      <BlockStack gap="300">
        <div className="rk-edge">
          <BlockStack gap="200">
            <Text as="p">{t('journal.about')}</Text>
            {held.count > 0 && (
              <>
                <Text as="p">
                  {t('customerPage.putBack.heldCount', { n: format.count(held.count), count: held.count })}
                </Text>
                <InlineStack gap="200">
                  {held.newest.map((id) => (
                    <Link key={id} url={`/app/customers/${id}`}>
                      {t('customerNumber', { id })}
                    </Link>
                  ))}
                </InlineStack>
              </>
            )}
          </BlockStack>
        </div>
        {runs.length === 0 ? (
          <EmptyCard title={t('journal.empty')} text={t('journal.emptyText')} />
        ) : (
          <WriteRunsTable
            runs={runs}
            page={{
              ...(next === null ? {} : { next: `/app/writes?before=${next}` }),
              ...(first ? {} : { previous: '/app/writes' }),
            }}
          />
        )}
      </BlockStack>
    </Page>
  );
}
