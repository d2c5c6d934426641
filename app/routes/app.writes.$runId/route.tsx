import { defer, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, Link, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { EmptyCard } from '#app/components/empty-card.tsx';
import { JournalTable } from '#app/components/journal-table.tsx';
import { RunState } from '#app/components/write-runs-table.tsx';
import { useFormat } from '#app/i18n/format.tsx';
import { liveNames } from '#app/live-names.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { journalOf, writeRun } from '#app/models/journal.server.ts';

const PAGE = 50;
const ID = /^[1-9]\d{0,14}$/;

export const meta: MetaFunction = () => [{ title: 'Rekindle – Written to Shopify' }];

/** What one write-back wrote; an unknown id and another shop's are the same: not found. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const viewer = await signedIn(request, 'staff');
  const { shop } = viewer;
  const run = ID.test(params.runId ?? '') ? await writeRun(shop.id, Number(params.runId)) : null;
  if (run === null) throw new Response(null, { status: 404 });
  const { searchParams } = new URL(request.url);
  const refused = searchParams.get('show') === 'refused';
  const after = searchParams.get('after') ?? '';
  const from = ID.test(after) ? Number(after) : 0;
  const found = await journalOf(shop.id, run.id, { refused, after: from }, PAGE + 1);
  const entries = found.slice(0, PAGE);
  const { id, kind, plan, state, done, failed, points, startedAt, finishedAt } = run;
  return defer({
    run: {
      id,
      what: plan.cleanUp ? ('cleanUp' as const) : kind,
      state,
      done,
      failed,
      points,
      startedAt,
      finishedAt,
    },
    refused,
    entries,
    next: found.length > PAGE ? (entries.at(-1)?.id ?? null) : null,
    first: from === 0,
    names: liveNames(viewer, [...new Set(entries.map(({ customerId }) => customerId))]),
  });
}

export default function Journal() {
  const { run, refused, entries, next, first, names } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const format = useFormat();
  const instant = (at: number): string =>
    t('journal.instant', { day: format.dayOf(at), time: format.time(at) });
  const title = instant(run.startedAt);
  const here = `/app/writes/${run.id}`;
  const show = refused ? 'show=refused&' : '';
  return (
    <Page
      fullWidth
      title={title}
      subtitle={t(`journal.what.${run.what}`)}
      titleMetadata={<RunState state={run.state} />}
      backAction={{ content: t('journal.title'), url: '/app/writes' }}
    >
      <TitleBar title={title} />
      <BlockStack gap="300">
        <div className="rk-edge">
          <Text as="p">
            {t('journal.sum', {
              done: format.count(run.done),
              refused: format.count(run.failed),
              points: format.count(run.points),
            })}{' '}
            {run.finishedAt !== null && t('journal.ended', { at: instant(run.finishedAt) })}{' '}
            {refused ? (
              <Link url={here}>{t('journal.showAll')}</Link>
            ) : (
              run.failed > 0 && <Link url={`${here}?show=refused`}>{t('journal.showRefused')}</Link>
            )}
          </Text>
        </div>
        {entries.length === 0 ? (
          <EmptyCard
            title={t(refused ? 'journal.noneRefused' : 'journal.noneWritten')}
            text={t(refused ? 'journal.noneRefusedText' : 'journal.noneWrittenText')}
          />
        ) : (
          <JournalTable
            entries={entries}
            names={names}
            page={{
              ...(next === null ? {} : { next: `${here}?${show}after=${next}` }),
              ...(first ? {} : { previous: refused ? `${here}?show=refused` : here }),
            }}
          />
        )}
      </BlockStack>
    </Page>
  );
}
