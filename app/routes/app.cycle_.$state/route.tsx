import { defer, type LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData, useNavigation, useSearchParams } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { DueText } from '#app/components/due-text.tsx';
import { EmptyCard } from '#app/components/empty-card.tsx';
import { MembersTable } from '#app/components/members-table.tsx';
import { useSearchChange } from '#app/components/use-search-change.ts';
import { cycleLength } from '#app/i18n/cycle-length.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { liveNames } from '#app/live-names.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import { readCyclePeople } from './read-cycle-people.server.ts';

export const handle: PageHandle = { title: 'cycle.title' };

/** One page of the customers in a state of the purchase cycle; their names follow, straight from Shopify. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const viewer = await signedIn(request, 'staff');
  const { searchParams } = new URL(request.url);
  const read = await readCyclePeople(viewer.shop, params.state, searchParams);
  if (read === null) throw new Response(null, { status: 404 });
  const ids = read.page.members.map(({ customerId }) => customerId);
  return defer({ ...read, names: liveNames(viewer, ids) });
}

const dueOf = ({ dueOn, asOf }: { dueOn: Day | null; asOf: Day }) => (
  <div className="rk-row-note">
    <DueText dueOn={dueOn} asOf={asOf} />
  </div>
);

export default function CyclePeople() {
  const { state, cycle, asOf, sort, total, page, names } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const format = useFormat();
  const navigation = useNavigation();
  const [search] = useSearchParams();
  const changeSearch = useSearchChange();
  const change = (patch: Record<string, string>) => () =>
    changeSearch((wanted) => {
      wanted.delete('cursor');
      for (const [name, value] of Object.entries(patch)) wanted.set(name, value);
    });
  const title = t('cycle.people.title', { state: t(`cycle.state.${state}`) });
  return (
    <Page fullWidth title={title} backAction={{ content: t('cycle.title'), url: '/app/cycle' }}>
      <TitleBar title={title} />
      <BlockStack gap="300">
        {page.members.length === 0 && search.get('cursor') === null ? (
          <EmptyCard title={t('members.empty')} text={t('members.emptyText')} />
        ) : (
          <>
            <div className="rk-edge">
              <Text as="p">
                {t('cycle.people.note', {
                  customers: t('customers', { count: total.customers, n: format.count(total.customers) }),
                  money: format.money(total.monetary),
                  length: cycleLength(t, format, cycle),
                  day: format.day(asOf),
                })}
              </Text>
            </div>
            <MembersTable
              members={page.members}
              names={names}
              sort={sort}
              onSort={(wanted) => change({ sort: wanted })()}
              page={{
                ...(page.next === null ? {} : { next: change({ cursor: page.next }) }),
                ...(page.previous === null ? {} : { previous: change({ cursor: page.previous }) }),
              }}
              loading={navigation.state === 'loading'}
              extra={{
                title: t('cycle.due.heading'),
                cell: dueOf,
              }}
            />
          </>
        )}
      </BlockStack>
    </Page>
  );
}
