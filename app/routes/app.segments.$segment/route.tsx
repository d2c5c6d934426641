import { defer, type LoaderFunctionArgs } from '@remix-run/node';
import {
  useLoaderData,
  useLocation,
  useNavigation,
  useSearchParams,
  type ShouldRevalidateFunction,
} from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, InlineStack, Link, Page, Text } from '@shopify/polaris';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { changesOnly } from '#app/components/changes-only.ts';
import { EmptyCard } from '#app/components/empty-card.tsx';
import { ExportButton } from '#app/components/export-button.tsx';
import { MembersTable } from '#app/components/members-table.tsx';
import { GroupNote, segmentOfGroup } from '#app/components/group-note.tsx';
import { useScheme, useSegmentWords } from '#app/components/scheme.tsx';
import { StartCampaign } from '#app/components/start-campaign.tsx';
import { useManages } from '#app/components/viewer.tsx';
import { useSearchChange } from '#app/components/use-search-change.ts';
import { liveNames } from '#app/live-names.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { groupMembers, groupTotal } from '#app/models/members.server.ts';
import { segmentReach } from '#app/models/reach.server.ts';
import { currentScheme } from '#app/models/scheme-in-force.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { cellTitle } from '#app/rfm/planes.ts';
import { parseGroup, parseSort } from './parse-list.ts';
import { readSegment } from './read-segment.server.ts';
import { SegmentOverview } from './segment-overview.tsx';

const PAGE = 50;
/** Where the customers begin below what is said about the segment. */
const MEMBERS = 'members';

/** A segment with one page of its customers, or those of a cell; their names follow, straight from Shopify. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const viewer = await signedIn(request, 'staff');
  const { shop } = viewer;
  const group = parseGroup(await currentScheme(shop.id), params.segment);
  if (group === null) throw new Response(null, { status: 404 });
  const { searchParams } = new URL(request.url);
  const sort = parseSort(searchParams.get('sort'));
  // Counted beside the rest: it looks at every customer of the segment.
  const reach = group.kind === 'segment' ? segmentReach(shop.id, group.segment) : null;
  // Whoever waits for it hears of a fault; until then nobody may be waiting.
  reach?.catch(() => undefined);
  const [page, run, total, whole] = await Promise.all([
    groupMembers(shop.id, group, sort, searchParams.get('cursor'), PAGE),
    latestRun(shop.id),
    // How large a segment is stands in the run.
    group.kind === 'cell' ? groupTotal(shop.id, group) : null,
    group.kind === 'segment' ? readSegment(shop, group.segment, searchParams) : null,
  ]);
  const sizes = run?.summary.segments;
  return defer({
    group,
    whole,
    reach,
    sort,
    ...page,
    run: run && { asOf: run.asOf, cutPoints: run.cutPoints, scored: run.summary.scored },
    total:
      group.kind === 'segment' ? (sizes?.find(({ segment }) => segment === group.segment) ?? null) : total,
    names: liveNames(
      viewer,
      page.members.map(({ customerId }) => customerId),
    ),
  });
}

/** What the lists of purchases are ordered by is the page's own matter. */
export const shouldRevalidate: ShouldRevalidateFunction = (change) =>
  change.defaultShouldRevalidate && !changesOnly(['by'], change);

export default function Members() {
  const { group, whole, reach, sort, members, previous, next, run, total, names } =
    useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const navigation = useNavigation();
  const manages = useManages();
  const { pathname, search: asked } = useLocation();
  const [search] = useSearchParams();
  const changeSearch = useSearchChange();
  const change = (patch: Record<string, string>) => () =>
    changeSearch(
      (wanted) => {
        wanted.delete('cursor');
        for (const [name, value] of Object.entries(patch)) wanted.set(name, value);
      },
      { preventScrollReset: whole !== null },
    );
  useShownFromTop(MEMBERS, whole === null ? null : search.get('cursor'));
  const segment = segmentOfGroup(useScheme(), group);
  const wordsOf = useSegmentWords();
  const name = segment === null ? t('members.unscored') : wordsOf(segment).name;
  const cell = group.kind === 'cell' ? cellTitle(group) : null;
  const title = cell === null ? name : segment === null ? cell : t('members.cell', { cell, segment: name });
  const back = group.kind === 'cell' ? `/app/grid?plane=${group.plane}` : '/app/segments';
  return (
    <Page fullWidth title={title} backAction={{ content: t('app.name'), url: back }}>
      <TitleBar title={title} />
      <BlockStack gap="300">
        <GroupNote group={group} run={run} total={total} />
        {whole !== null && (
          <>
            <div className="rk-edge">
              <Link url={`${pathname}${asked}#${MEMBERS}`}>{t('segmentPages.jump')}</Link>
            </div>
            <SegmentOverview page={whole} reach={reach} />
            <div className="rk-edge" id={MEMBERS}>
              <Text as="h2" variant="headingMd">
                {t('segmentPages.members')}
              </Text>
            </div>
          </>
        )}
        {manages && run !== null && members.length > 0 && (
          <div className="rk-edge">
            <InlineStack gap="200">
              <StartCampaign group={group} />
              <ExportButton key={pathname} url={`${pathname}/export`} />
            </InlineStack>
          </div>
        )}
        {members.length === 0 && search.get('cursor') === null ? (
          <EmptyCard title={t('members.empty')} text={t('members.emptyText')} />
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

/** Shows a list below other things from its beginning again when another page of it came. */
function useShownFromTop(id: string, cursor: string | null): void {
  const shown = useRef(cursor);
  useEffect(() => {
    if (shown.current === cursor) return;
    shown.current = cursor;
    document.getElementById(id)?.scrollIntoView();
  }, [id, cursor]);
}
