import { json, type ActionFunctionArgs, type LoaderFunctionArgs } from '@remix-run/node';
import { useFetcher, useLoaderData, useNavigate, type ShouldRevalidateFunction } from '@remix-run/react';
import { SaveBar, TitleBar, useAppBridge } from '@shopify/app-bridge-react';
import { Banner, BlockStack, Card, InlineStack, Link, Page, Text, TextField } from '@shopify/polaris';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AudienceCountText, AudienceProfile } from '#app/components/audience-profile.tsx';
import { ConditionsEditor } from '#app/components/conditions-editor.tsx';
import { draftOf, sentOf } from '#app/components/condition-drafts.ts';
import { DeleteSegment } from '#app/components/delete-segment.tsx';
import { EmptyCard } from '#app/components/empty-card.tsx';
import { useAudienceCount } from '#app/components/use-audience-count.ts';
import { usePersonName } from '#app/components/use-person-name.ts';
import { useManages } from '#app/components/viewer.tsx';
import { useFormat } from '#app/i18n/format.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { signedIn } from '#app/merchant.server.ts';
import { EVERYBODY, LIMITS } from '#app/rfm/conditions.ts';
import { parseTree } from '#app/rfm/parse-conditions.ts';
import { answerBuilder, segmentIdOf, type BuilderAnswer } from './answer-builder.server.ts';
import { readBuilder } from './read-builder.server.ts';

export const handle: PageHandle = { title: 'builder.title' };

const LONGEST_NAME = 80;

/** A segment of the merchant's own, or one to be made. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const viewer = await signedIn(request, 'staff');
  return readBuilder(viewer, segmentIdOf(params.segmentId), new URL(request.url).searchParams);
}

/** Saves or deletes it. */
export async function action({ request, params }: ActionFunctionArgs) {
  const viewer = await signedIn(request, 'manager');
  const answer = await answerBuilder(viewer, segmentIdOf(params.segmentId), request);
  return json(answer, { status: answer.result === 'gone' ? 404 : 200 });
}

/** What was not saved stays on the page as it is, and what was deleted is not asked for again. */
export const shouldRevalidate: ShouldRevalidateFunction = ({ actionResult, defaultShouldRevalidate }) => {
  const answer = actionResult as BuilderAnswer | undefined;
  return answer === undefined ? defaultShouldRevalidate : answer.result === 'saved';
};

export default function BuilderPage() {
  const page = useLoaderData<typeof loader>();
  // What somebody else saved meanwhile, or another segment, begins anew.
  return <Builder key={`${page.segment?.id} ${page.segment?.version}`} page={page} />;
}

function Builder({ page }: { page: ReturnType<typeof useLoaderData<typeof loader>> }) {
  const { segment, tree, you, scored, shop } = page;
  const { t } = useTranslation();
  const format = useFormat();
  const shopify = useAppBridge();
  const navigate = useNavigate();
  const manages = useManages();
  const personName = usePersonName(you, true);
  const saver = useFetcher<typeof action>();
  const [draft, setDraft] = useState(() => draftOf(tree, shop.currency));
  const [name, setName] = useState(segment?.name ?? '');
  const [tried, setTried] = useState(false);
  const parsed = parseTree(sentOf(draft, shop.currency));
  const where = parsed.ok ? JSON.stringify(parsed.tree) : null;
  const shown = useAudienceCount(scored ? where : null);
  const answer = saver.state === 'idle' ? saver.data : undefined;
  const nameMissing = tried && name.trim() === '';

  useEffect(() => {
    if (saver.data?.result === 'saved') {
      shopify.toast.show(t('builder.saved'));
      navigate(`/app/builder/${saver.data.id}`, { replace: true });
    }
    if (saver.data?.result === 'deleted') {
      shopify.toast.show(t('builder.deleted'));
      navigate('/app/customers');
    }
  }, [saver.data, shopify, navigate, t]);

  const send = (intent: 'save' | 'delete'): void => {
    const version = String(segment?.version ?? 0);
    saver.submit({ intent, version, name, where: where ?? '' }, { method: 'post' });
  };
  const save = (): void => {
    setTried(true);
    if (where !== null && name.trim() !== '') send('save');
  };
  const unchanged =
    segment === null
      ? name === '' && draft.parts.length === 0
      : name === segment.name && where === JSON.stringify(tree);
  const discard = (): void => {
    setDraft(draftOf(segment === null ? EVERYBODY : tree, shop.currency));
    setName(segment?.name ?? '');
    setTried(false);
  };
  const search = new URLSearchParams(
    segment !== null && unchanged ? { view: String(segment.id) } : where === null ? {} : { where },
  ).toString();
  const title = segment?.name ?? t('builder.title');
  return (
    <Page title={title} backAction={{ content: t('customerList.title'), url: '/app/customers' }}>
      <TitleBar title={title} />
      <SaveBar id="builder" open={manages && !unchanged && saver.data?.result !== 'deleted'}>
        <button variant="primary" onClick={save} {...(saver.state === 'idle' ? {} : { loading: '' })}>
          {t('settings.save')}
        </button>
        <button onClick={discard}>{t('settings.discard')}</button>
      </SaveBar>
      <BlockStack gap="400">
        {answer !== undefined && answer.result !== 'saved' && answer.result !== 'deleted' && (
          <Banner tone="critical" title={t('builder.notSaved')}>
            <Text as="p">{t(`builder.refused.${answer.result}`)}</Text>
          </Banner>
        )}
        {segment !== null && (
          <div className="rk-edge">
            <Text as="p" tone="subdued">
              {t('builder.changedBy', {
                person: personName(segment.changedBy),
                day: format.dayOf(segment.changedAt),
                time: format.time(segment.changedAt),
              })}
            </Text>
          </div>
        )}
        <Card>
          <BlockStack gap="400">
            {manages ? (
              <TextField
                label={t('builder.name')}
                autoComplete="off"
                maxLength={LONGEST_NAME}
                value={name}
                onChange={setName}
                {...(nameMissing ? { error: t('builder.nameMissing') } : {})}
              />
            ) : (
              <Text as="p">{t('builder.staff')}</Text>
            )}
            <BlockStack gap="200">
              <Text as="h2" variant="headingMd">
                {t('builder.conditions')}
              </Text>
              {draft.parts.length === 0 && <Text as="p">{t('builder.everybody')}</Text>}
              <ConditionsEditor
                draft={draft}
                onChange={setDraft}
                shop={shop}
                problems={tried && !parsed.ok ? parsed.problems : []}
              />
            </BlockStack>
          </BlockStack>
        </Card>
        {scored ? (
          <>
            <Card>
              <BlockStack gap="200">
                <AudienceCountText shown={shown} complete={where !== null} />
                {where !== null && search.length <= LIMITS.address && (
                  <InlineStack gap="400">
                    <Link url={`/app/customers?${search}`}>{t('builder.showCustomers')}</Link>
                    {manages && segment !== null && unchanged && (
                      <Link url={`/app/campaigns/new?view=${segment.id}`}>{t('campaigns.start.do')}</Link>
                    )}
                  </InlineStack>
                )}
              </BlockStack>
            </Card>
            {where !== null && shown.profile !== null && shown.profile.customers > 0 && (
              <AudienceProfile profile={shown.profile} />
            )}
          </>
        ) : (
          <EmptyCard title={t('builder.noScores.title')} text={t('builder.noScores.text')} />
        )}
        {manages && segment !== null && (
          <DeleteSegment name={segment.name} busy={saver.state !== 'idle'} onDelete={() => send('delete')} />
        )}
      </BlockStack>
    </Page>
  );
}
