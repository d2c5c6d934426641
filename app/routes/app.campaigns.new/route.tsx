import { randomUUID } from 'node:crypto';
import { json, redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from '@remix-run/node';
import { useFetcher, useLoaderData, useNavigate, useSearchParams } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { Page } from '@shopify/polaris';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { CampaignAnswer } from '#app/components/campaign-answer.ts';
import { CampaignForm } from '#app/components/campaign-form.tsx';
import { useTemplates } from '#app/components/use-templates.ts';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { signedIn } from '#app/merchant.server.ts';
import { answerNew, operationOf } from './answer-form.server.ts';
import { answerLowValue } from './answer-low-value.server.ts';
import { readCampaignForm } from './read-form.server.ts';

export const handle: PageHandle = { title: 'campaigns.newTitle' };

/** The form of a campaign to be made. Its address says which form it is, so that coming back to it makes no second one. */
export async function loader({ request }: LoaderFunctionArgs) {
  const viewer = await signedIn(request, 'manager');
  const { searchParams } = new URL(request.url);
  const operation = operationOf(searchParams.get('operation'));
  if (operation === null) {
    searchParams.set('operation', randomUUID());
    return redirect(`/app/campaigns/new?${searchParams}`);
  }
  return { operation, ...(await readCampaignForm(viewer, null)) };
}

/** Makes the draft; or a saved segment for its form, of those of low value. */
export async function action({ request }: ActionFunctionArgs) {
  const viewer = await signedIn(request, 'manager');
  const sent = await request.formData();
  return json(
    sent.get('intent') === 'low-value' ? await answerLowValue(viewer, sent) : await answerNew(viewer, sent),
  );
}

export default function NewCampaign() {
  const { operation, saved, shop, mayMail } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const navigate = useNavigate();
  const saver = useFetcher<CampaignAnswer>();
  const plan = useBeginning();
  const made = saver.data?.result === 'saved' ? saver.data.id : null;
  useEffect(() => {
    // The form is done with: going back leads to where it was begun.
    if (made !== null) navigate(`/app/campaigns/${made}`, { replace: true });
  }, [made, navigate]);
  const title = t('campaigns.newTitle');
  return (
    <Page title={title} backAction={{ content: t('campaigns.title'), url: '/app/campaigns' }}>
      <TitleBar title={title} />
      {plan !== null && (
        <CampaignForm
          // Another form begins anew.
          key={operation}
          isNew
          launched={false}
          name=""
          plan={plan}
          saved={saved}
          shop={shop}
          mayMail={mayMail}
          busy={saver.state !== 'idle' || made !== null}
          answer={saver.state === 'idle' ? saver.data : undefined}
          onSave={(name, chosen) =>
            saver.submit({ operation, name, plan: JSON.stringify(chosen) }, { method: 'post' })
          }
        />
      )}
    </Page>
  );
}

/** What the form begins with: the template in the address, about a saved segment where it names one. */
function useBeginning() {
  const [search] = useSearchParams();
  const templates = useTemplates();
  const wanted = search.get('template');
  const template = templates.find(({ value }) => value === wanted) ?? templates[0];
  if (template === undefined) return null;
  const plan = template.plan();
  const view = search.get('view') ?? '';
  if (!/^[1-9]\d{0,14}$/.test(view)) return plan;
  return { ...plan, audience: { ...plan.audience, source: { kind: 'saved' as const, id: Number(view) } } };
}
