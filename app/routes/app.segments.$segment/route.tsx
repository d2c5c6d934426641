import { defer, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { useLoaderData, useLocation, useNavigation, useSearchParams } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, Card, EmptyState, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { ExportButton } from '#app/components/export-button.tsx';
import { MembersTable } from '#app/components/members-table.tsx';
import { GroupNote } from '#app/components/group-note.tsx';
import { useManages } from '#app/components/viewer.tsx';
import { liveNames } from '#app/live-names.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { groupMembers } from '#app/models/members.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { segmentOf } from '#app/rfm/schemes.ts';
import { parseGroup, parseSort } from './parse-list.ts';

const PAGE = 50;

export const meta: MetaFunction = () => [{ title: 'Rekindle' }];

/** One page of the customers of a segment or a cell; their names follow, straight from Shopify. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const viewer = await signedIn(request, 'staff');
  const { shop } = viewer;
  const group = parseGroup(params.segment);
  if (group === null) throw new Response(null, { status: 404 });
  const { searchParams } = new URL(request.url);
  const sort = parseSort(searchParams.get('sort'));
  const page = await groupMembers(shop.id, group, sort, searchParams.get('cursor'), PAGE);
  const run = await latestRun(shop.id);
  return defer({
    group,
    sort,
    ...page,
    run: run && { asOf: run.asOf, cutPoints: run.cutPoints, summary: run.summary },
    names: liveNames(
      viewer,
      page.members.map(({ customerId }) => customerId),
    ),
  });
}

export default function Members() {
  const { group, sort, members, previous, next, run, names } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const navigation = useNavigation();
  const manages = useManages();
  const { pathname } = useLocation();
  const [search, setSearch] = useSearchParams();
  const change = (patch: Record<string, string>) => () =>
    setSearch((old) => {
      const kept = new URLSearchParams(old);
      kept.delete('cursor');
      for (const [name, value] of Object.entries(patch)) kept.set(name, value);
      return kept;
    });
  const title =
    group.kind === 'segment'
      ? t(`segments.${group.segment}.name`)
      : group.kind === 'cell'
        ? t('members.cell', {
            r: group.r,
            f: group.f,
            segment: t(`segments.${segmentOf(group.r, group.f)}.name`),
          })
        : t('members.unscored');
  const back = group.kind === 'cell' ? '/app/grid' : '/app';
  return (
    <Page fullWidth title={title} backAction={{ content: t('app.name'), url: back }}>
      <TitleBar title={title} />
      <BlockStack gap="300">
        <GroupNote group={group} run={run} />
        {manages && run !== null && members.length > 0 && (
          <div className="rk-edge">
            <ExportButton key={pathname} url={`${pathname}/export`} />
          </div>
        )}
        {members.length === 0 && search.get('cursor') === null ? (
          <Card>
            <EmptyState heading={t('members.empty')} image="">
              <Text as="p">{t('members.emptyText')}</Text>
            </EmptyState>
          </Card>
        ) : (
          <MembersTable
            members={members}
            names={names}
            sort={sort}
            onSort={(wanted) => change({ sort: wanted })()}
            page={{
              ...(next === null ? {} : { next: change({ cursor: next }) }),
              ...(previous === null ? {} : { previous: change({ cursor: previous }) }),
            }}
            loading={navigation.state === 'loading'}
          />
        )}
      </BlockStack>
    </Page>
  );
}
