import { defer, type LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData, useNavigation, useSearchParams } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, Card, EmptyState, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { FallenTable } from '#app/components/fallen-table.tsx';
import { LastMove } from '#app/components/last-move.tsx';
import { MembersTable, type MemberSort } from '#app/components/members-table.tsx';
import { movesPath } from '#app/components/moves-links.ts';
import { usePlaceName } from '#app/components/moves-words.ts';
import { useSearchChange } from '#app/components/use-search-change.ts';
import { useFormat } from '#app/i18n/format.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { liveNames } from '#app/live-names.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import type { Mover } from '#app/models/movers.server.ts';
import { readMovers } from './read-movers.server.ts';

export const handle: PageHandle = { title: 'moves.title' };

/** One page of the customers behind a move, or of the valuable ones who fell; their names follow. */
export async function loader({ request }: LoaderFunctionArgs) {
  const viewer = await signedIn(request, 'staff');
  const read = await readMovers(viewer.shop.id, new URL(request.url).searchParams);
  if (read === null) throw new Response(null, { status: 404 });
  const ids = read.page.rows.flatMap(({ gone, customerId }) => (gone ? [] : [customerId]));
  return defer({ ...read, names: liveNames(viewer, ids) });
}

const lastMoveOf = ({ moved }: Pick<Mover, 'moved'>) => (
  <div className="rk-row-note">
    <LastMove moved={moved} />
  </div>
);

export default function Movers() {
  const { days, history, edge, sort, page, names } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const nameOf = usePlaceName();
  const navigation = useNavigation();
  const [search] = useSearchParams();
  const changeSearch = useSearchChange();
  const change = (patch: Record<string, string>) => () =>
    changeSearch((wanted) => {
      wanted.delete('cursor');
      for (const [name, value] of Object.entries(patch)) wanted.set(name, value);
    });
  const title =
    edge === null
      ? t('moves.fallen.title')
      : t('moves.people.title', { from: nameOf(edge.before), to: nameOf(edge.after) });
  const table = {
    members: page.rows,
    names,
    sort,
    onSort: (wanted: MemberSort) => change({ sort: wanted })(),
    page: {
      ...(page.next === null ? {} : { next: change({ cursor: page.next }) }),
      ...(page.previous === null ? {} : { previous: change({ cursor: page.previous }) }),
    },
    loading: navigation.state === 'loading',
  };
  return (
    <Page fullWidth title={title} backAction={{ content: t('moves.title'), url: movesPath(days) }}>
      <TitleBar title={title} />
      <BlockStack gap="300">
        {page.rows.length === 0 && search.get('cursor') === null ? (
          <Card>
            <EmptyState heading={t('members.empty')} image="">
              <p>{t(edge === null ? 'moves.fallen.none' : 'moves.people.empty')}</p>
            </EmptyState>
          </Card>
        ) : (
          <>
            <MoversNote days={days} history={history} edge={edge} total={page.total} />
            {edge === null ? (
              <FallenTable {...table} asOf={history.last} />
            ) : (
              <MembersTable {...table} extra={{ title: t('moves.people.why'), cell: lastMoveOf }} />
            )}
          </>
        )}
      </BlockStack>
    </Page>
  );
}

type Note = Pick<NonNullable<Awaited<ReturnType<typeof readMovers>>>, 'days' | 'history' | 'edge'> & {
  total: number;
};

/** Whom the list holds, in words, with the days. */
function MoversNote({ days, history, edge, total }: Note) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = usePlaceName();
  const customers = t('customers', { count: total, n: format.count(total) });
  const [from, to, now] = [format.day(days.from), format.day(days.to), format.day(history.last)];
  return (
    <div className="rk-edge">
      <BlockStack gap="100">
        {edge === null ? (
          <>
            <Text as="p">{t('moves.fallen.between', { customers, from, to })}</Text>
            <Text as="p" tone="subdued">
              {t('moves.fallen.what', { day: now })}
            </Text>
          </>
        ) : (
          <>
            <Text as="p">
              {t(edge.before === edge.after ? 'moves.people.stayed' : 'moves.people.moved', {
                customers,
                before: nameOf(edge.before),
                after: nameOf(edge.after),
                from,
                to,
              })}
            </Text>
            <Text as="p" tone="subdued">
              {t('moves.people.now', { day: now })}
            </Text>
          </>
        )}
      </BlockStack>
    </div>
  );
}
