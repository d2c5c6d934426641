import { defer, type ActionFunctionArgs, type LoaderFunctionArgs } from '@remix-run/node';
import { useActionData, useLoaderData, useNavigation, type ShouldRevalidateFunction } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, Link, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { EmptyCard } from '#app/components/empty-card.tsx';
import { JournalTable } from '#app/components/journal-table.tsx';
import { UndoCard } from '#app/components/undo-card.tsx';
import { RunState } from '#app/components/write-runs-table.tsx';
import { useFormat } from '#app/i18n/format.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { liveNames } from '#app/live-names.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { journalOf, writeRun } from '#app/models/journal.server.ts';
import { answerUndo } from './answer-undo.server.ts';
import { readUndo } from './read-undo.server.ts';
import { UndoQuestion } from './undo-question.tsx';
import { useUndoProgress } from './use-undo-progress.ts';

const PAGE = 50;
const ID = /^[1-9]\d{0,14}$/;

export const handle: PageHandle = { title: 'journal.title' };

/** The write-back of an address. @throws Response 404 for an unknown id and for another shop's alike */
async function runOf(shopId: number, id: string | undefined) {
  const run = ID.test(id ?? '') ? await writeRun(shopId, Number(id)) : null;
  if (run === null) throw new Response(null, { status: 404 });
  return run;
}

/** What one write-back wrote, and how it can be undone. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const viewer = await signedIn(request, 'staff');
  const { shop, user } = viewer;
  const run = await runOf(shop.id, params.runId);
  const { searchParams } = new URL(request.url);
  const refused = searchParams.get('show') === 'refused';
  const after = searchParams.get('after') ?? '';
  const from = ID.test(after) ? Number(after) : 0;
  const undo = await readUndo(shop, run);
  const found = await journalOf(shop.id, run.id, { refused, after: from }, PAGE + 1);
  const entries = found.slice(0, PAGE);
  const { id, kind, plan, state, done, failed, kept, points, startedAt, finishedAt } = run;
  const undone = plan.undo ? await writeRun(shop.id, plan.undo.runId) : null;
  return defer({
    run: {
      id,
      what: plan.cleanUp ? ('cleanUp' as const) : kind,
      state,
      done,
      failed,
      kept,
      points,
      startedAt,
      finishedAt,
    },
    undone: undone && { id: undone.id, startedAt: undone.startedAt },
    undo,
    manages: user.manages,
    refused,
    entries,
    next: found.length > PAGE ? (entries.at(-1)?.id ?? null) : null,
    first: from === 0,
    // The page looks again every few seconds while it is undone: the journal's rows wait for their names until then.
    names: undo.underWay
      ? Promise.resolve({})
      : liveNames(viewer, [...new Set(entries.map(({ customerId }) => customerId))]),
  });
}

/** Has it counted what undoing the write-back would do, undoes it, or stops undoing it. */
export async function action({ request, params }: ActionFunctionArgs) {
  const { shop } = await signedIn(request, 'manager');
  const run = await runOf(shop.id, params.runId);
  return answerUndo(shop, run, await request.formData());
}

/** Counting changes nothing of what is shown. */
export const shouldRevalidate: ShouldRevalidateFunction = ({ formData, defaultShouldRevalidate }) =>
  defaultShouldRevalidate && formData?.get('intent') !== 'preview';

export default function Journal() {
  const page = useLoaderData<typeof loader>();
  const { run, undone, undo, manages, refused, entries, next, first, names } = page;
  const answer = useActionData<typeof action>();
  const busy = useNavigation().formMethod === 'POST';
  const { t } = useTranslation();
  const format = useFormat();
  useUndoProgress(undo.underWay !== null);
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
          <BlockStack gap="100">
            {undone !== null && (
              <Text as="p">
                <Link url={`/app/writes/${undone.id}`}>
                  {t('undo.ofRun', { at: instant(undone.startedAt) })}
                </Link>
              </Text>
            )}
            <Text as="p">
              {t('journal.sum', {
                done: format.count(run.done),
                refused: format.count(run.failed),
                points: format.count(run.points),
              })}{' '}
              {run.kept > 0 && t('undo.kept', { n: format.count(run.kept), count: run.kept })}{' '}
              {run.finishedAt !== null && t('journal.ended', { at: instant(run.finishedAt) })}{' '}
              {refused ? (
                <Link url={here}>{t('journal.showAll')}</Link>
              ) : (
                run.failed > 0 && <Link url={`${here}?show=refused`}>{t('journal.showRefused')}</Link>
              )}
            </Text>
          </BlockStack>
        </div>
        <UndoCard
          undo={undo}
          here={here}
          manages={manages}
          instant={instant}
          refused={answer?.result === 'not-possible'}
        >
          {manages && (
            // After an undo the question is asked anew.
            <UndoQuestion key={undo.last?.id} later={undo.later} at={title} here={here} busy={busy} />
          )}
        </UndoCard>
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
