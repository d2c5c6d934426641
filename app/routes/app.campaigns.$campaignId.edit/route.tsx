import { json, type ActionFunctionArgs, type LoaderFunctionArgs } from '@remix-run/node';
import { useFetcher, useLoaderData, useNavigate } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { Page } from '@shopify/polaris';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { CampaignForm } from '#app/components/campaign-form.tsx';
import { EmptyCard } from '#app/components/empty-card.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { signedIn } from '#app/merchant.server.ts';
import { campaign } from '#app/models/campaigns.server.ts';
import { answerEdit } from '../app.campaigns.new/answer-form.server.ts';
import { readCampaignForm } from '../app.campaigns.new/read-form.server.ts';
import { campaignIdOf } from './campaign-id.ts';

export const handle: PageHandle = { title: 'campaigns.editTitle' };

/** A campaign as a form. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const viewer = await signedIn(request, 'manager');
  const found = await campaign(viewer.shop.id, campaignIdOf(params.campaignId));
  if (found === null) throw new Response(null, { status: 404 });
  const { id, revision, name, plan, state } = found;
  return {
    id,
    revision,
    name,
    plan,
    state,
    launched: state !== 'draft' && state !== 'scheduled',
    ...(await readCampaignForm(viewer, plan)),
  };
}

/** Saves it. */
export async function action({ request, params }: ActionFunctionArgs) {
  const viewer = await signedIn(request, 'manager');
  const id = campaignIdOf(params.campaignId);
  // Told as an answer and not as a page, on which everything typed would be gone; before the form is looked at.
  if ((await campaign(viewer.shop.id, id)) === null)
    return json({ result: 'gone' as const }, { status: 404 });
  return json(await answerEdit(viewer, id, await request.formData()));
}

/** What was not saved stays on the page as it is; what was saved is on the campaign's own page. */
export const shouldRevalidate = (): boolean => false;

export default function EditCampaign() {
  const { id, revision, name, plan, state, launched, saved, shop, mayMail } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const navigate = useNavigate();
  const saver = useFetcher<typeof action>();
  const done = saver.data?.result === 'saved';
  useEffect(() => {
    if (done) navigate(`/app/campaigns/${id}`, { replace: true });
  }, [done, id, navigate]);
  const page = `/app/campaigns/${id}`;
  const over = state === 'stopped' || state === 'finished';
  return (
    <Page title={name} backAction={{ content: t('campaigns.title'), url: page }}>
      <TitleBar title={name} />
      {over ? (
        <EmptyCard
          title={t('campaigns.edit.over')}
          text={t('campaigns.edit.overText')}
          action={{ content: t('campaigns.edit.back'), url: page }}
        />
      ) : (
        <CampaignForm
          key={`${id} ${revision}`}
          isNew={false}
          launched={launched}
          name={name}
          plan={plan}
          saved={saved}
          shop={shop}
          mayMail={mayMail}
          busy={saver.state !== 'idle' || done}
          answer={saver.state === 'idle' ? saver.data : undefined}
          onSave={(named, changed) =>
            saver.submit(
              { revision: String(revision), name: named, plan: JSON.stringify(changed) },
              { method: 'post' },
            )
          }
        />
      )}
    </Page>
  );
}
