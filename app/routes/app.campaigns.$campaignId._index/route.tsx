import { defer, json, type ActionFunctionArgs, type LoaderFunctionArgs } from '@remix-run/node';
import {
  Await,
  useFetcher,
  useLoaderData,
  useNavigate,
  type ShouldRevalidateFunction,
} from '@remix-run/react';
import { TitleBar, useAppBridge } from '@shopify/app-bridge-react';
import { Banner, BlockStack, InlineStack, Layout, Link, Page, Text } from '@shopify/polaris';
import { Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { today } from '#app/clock.server.ts';
import { CampaignJournal } from '#app/components/campaign-journal.tsx';
import { CampaignMoves, type ActAnswer } from '#app/components/campaign-moves.tsx';
import { CampaignPaused } from '#app/components/campaign-paused.tsx';
import { CampaignPlanCard, LaunchReview } from '#app/components/campaign-plan-card.tsx';
import { CampaignProgressCard } from '#app/components/campaign-progress-card.tsx';
import { CampaignStateBadge } from '#app/components/campaign-state.tsx';
import { ExportButton } from '#app/components/export-button.tsx';
import { PowerCard } from '#app/components/power-card.tsx';
import { SurveyAnswers } from '#app/components/survey-answers.tsx';
import { useManages } from '#app/components/viewer.tsx';
import { useFormat } from '#app/i18n/format.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { signedIn } from '#app/merchant.server.ts';
import { planBase } from '#app/models/campaign-base.server.ts';
import { campaignEvents } from '#app/models/campaign-events.server.ts';
import { campaignProgress } from '#app/models/campaign-progress.server.ts';
import { campaign } from '#app/models/campaigns.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { savedSegments } from '#app/models/saved-segments.server.ts';
import { campaignAnswers } from '#app/models/survey-answers.server.ts';
import { campaignIdOf } from '../app.campaigns.$campaignId.edit/campaign-id.ts';
import { answerMove } from './answer-moves.server.ts';

export const handle: PageHandle = { title: 'campaigns.one' };

/** Entries of the journal that a page shows. */
const EVENTS = 50;
/** Answers in customers' own words that a page shows. */
const ANSWERS = 20;

/** Where a campaign stands, and what can be done with it. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const { shop, user } = await signedIn(request, 'staff');
  const found = await campaign(shop.id, campaignIdOf(params.campaignId));
  if (found === null) throw new Response(null, { status: 404 });
  const asks = found.plan.ladder.some(({ kind }) => kind === 'survey');
  const [progress, events, saved, answers] = await Promise.all([
    campaignProgress(shop.id, found.id),
    campaignEvents(shop.id, found.id, EVENTS),
    savedSegments(shop.id),
    asks ? campaignAnswers(shop.id, found.id, ANSWERS) : null,
  ]);
  const { id, revision, slug, name, state, plan, startAt, launchedAt, endsAt, endedAt, pauseReason } = found;
  const one = { id, revision, slug, name, state, plan, startAt, launchedAt, endsAt, endedAt, pauseReason };
  // Before the launch only; it follows the page, since it looks at every customer.
  const begun = state !== 'draft' && state !== 'scheduled';
  const power = begun ? null : readPower(shop, plan);
  // Whoever waits for it hears of a fault; until then nobody may be waiting.
  power?.catch(() => undefined);
  return defer({
    one,
    progress,
    events,
    saved,
    answers,
    power,
    you: user.id,
    today: today(shop.timeZone ?? 'UTC'),
  });
}

async function readPower(shop: Parameters<typeof planBase>[0], plan: Parameters<typeof planBase>[1]) {
  const [base, { marginPercent }] = await Promise.all([planBase(shop, plan), readSettings(shop.id)]);
  return base && { base, margin: marginPercent === null ? null : marginPercent / 100 };
}

/** Launches, pauses, stops or deletes it. */
export async function action({ request, params }: ActionFunctionArgs) {
  const viewer = await signedIn(request, 'manager');
  const id = campaignIdOf(params.campaignId);
  // Told as an answer, before the form is looked at.
  if ((await campaign(viewer.shop.id, id)) === null)
    return json({ result: 'gone' as const }, { status: 404 });
  return json(await answerMove(viewer, id, await request.formData()));
}

/** What was deleted is not asked for again. */
export const shouldRevalidate: ShouldRevalidateFunction = ({ actionResult, defaultShouldRevalidate }) =>
  (actionResult as ActAnswer | undefined)?.result === 'deleted' ? false : defaultShouldRevalidate;

export default function CampaignPage() {
  const { one, progress, events, saved, answers, power, you, today: now } = useLoaderData<typeof loader>();
  const { id, revision, slug, name, state, plan, pauseReason } = one;
  const { t } = useTranslation();
  const shopify = useAppBridge();
  const navigate = useNavigate();
  const manages = useManages();
  const mover = useFetcher<typeof action>();
  const answer = mover.state === 'idle' ? (mover.data as ActAnswer | undefined) : undefined;
  useEffect(() => {
    if (answer?.result === 'done') shopify.toast.show(t(`campaigns.act.done.${answer.act as 'launch'}`));
    if (answer?.result === 'deleted') {
      shopify.toast.show(t('campaigns.act.done.delete'));
      navigate('/app/campaigns', { replace: true });
    }
  }, [answer, shopify, navigate, t]);
  const begun = state !== 'draft' && state !== 'scheduled';
  const over = state === 'stopped' || state === 'finished';
  const page = `/app/campaigns/${id}`;
  const waiting = progress.offers
    .filter((row) => row.state === 'review')
    .reduce((sum, { offers }) => sum + offers, 0);
  // What waits for staff is what there is to do first.
  const reviews = begun && !over && plan.mode === 'manual';
  return (
    <Page
      title={name}
      titleMetadata={<CampaignStateBadge state={state} />}
      backAction={{ content: t('campaigns.title'), url: '/app/campaigns' }}
      {...(reviews && waiting > 0
        ? {
            primaryAction: {
              content: t('campaigns.toReview', { count: waiting, n: waiting }),
              url: `${page}/review`,
            },
          }
        : {})}
    >
      <TitleBar title={name} />
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            {answer !== undefined &&
              answer.result !== 'done' &&
              answer.result !== 'deleted' &&
              answer.result !== 'invalid' && (
                <Banner tone="critical" title={t('campaigns.act.notDone')}>
                  <Text as="p">{t(`campaigns.act.refused.${answer.result}`)}</Text>
                </Banner>
              )}
            {state === 'paused' && <CampaignPaused reason={pauseReason} />}
            <div className="rk-edge">
              <Dates one={one} />
            </div>
            {!begun && manages && <LaunchReview plan={plan} saved={saved} />}
            {power !== null && (
              <Suspense fallback={null}>
                <Await resolve={power} errorElement={null}>
                  {(found) =>
                    found && (
                      <PowerCard
                        {...found}
                        share={plan.holdOut}
                        observeDays={plan.observeDays}
                        joinDays={plan.joinDays}
                      />
                    )
                  }
                </Await>
              </Suspense>
            )}
            {manages && (
              <CampaignMoves
                state={state}
                today={now}
                busy={mover.state !== 'idle'}
                answer={answer}
                onAct={(act, at) =>
                  mover.submit({ act, revision: String(revision), ...at }, { method: 'post' })
                }
              />
            )}
            {begun && (
              <CampaignProgressCard ladder={plan.ladder} drawn={one.launchedAt !== null} {...progress} />
            )}
            {begun && (
              <div className="rk-edge">
                <InlineStack gap="400">
                  {reviews && waiting === 0 && (
                    <Link url={`${page}/review`}>
                      {t('campaigns.toReview', { count: waiting, n: waiting })}
                    </Link>
                  )}
                  {one.launchedAt !== null && <Link url={`${page}/result`}>{t('campaigns.result')}</Link>}
                  {manages && progress.offers.length > 0 && <ExportButton url={`${page}/export`} />}
                </InlineStack>
              </div>
            )}
            {begun && answers !== null && <SurveyAnswers {...answers} />}
            <CampaignJournal entries={events} you={you} />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            <CampaignPlanCard plan={plan} saved={saved} editUrl={manages && !over ? `${page}/edit` : null} />
            <div className="rk-edge">
              <Text as="p" tone="subdued">
                {t('campaigns.tag')} <code className="rk-value">{`winback:${slug}`}</code>
              </Text>
            </div>
          </BlockStack>
        </Layout.Section>
      </Layout>
    </Page>
  );
}

/** Since when and until when, as far as that is known. */
function Dates({
  one: { state, startAt, launchedAt, endsAt, endedAt },
}: {
  one: Pick<
    ReturnType<typeof useLoaderData<typeof loader>>['one'],
    'state' | 'startAt' | 'launchedAt' | 'endsAt' | 'endedAt'
  >;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const at = (instant: number) => ({ day: format.dayOf(instant), time: format.time(instant) });
  const said = [
    ...(state === 'scheduled' && startAt !== null ? [t('campaigns.dates.starts', at(startAt))] : []),
    ...(launchedAt === null ? [] : [t('campaigns.dates.launched', at(launchedAt))]),
    ...(state === 'running' && endsAt !== null ? [t('campaigns.dates.ends', at(endsAt))] : []),
    ...(endedAt === null ? [] : [t('campaigns.dates.ended', at(endedAt))]),
    ...(state === 'draft' ? [t('campaigns.dates.draft')] : []),
  ];
  return <Text as="p">{said.join(' ')}</Text>;
}
