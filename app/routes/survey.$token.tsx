import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { LONGEST_ANSWER, SURVEY_REASONS } from '#app/campaigns/survey.ts';
import { PublicPage } from '#app/components/public-page.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { keepAnswer } from '#app/models/survey-answers.server.ts';
import { readMailLink } from '#app/read-mail-link.server.ts';

export const handle: PageHandle = { title: 'mailPages.survey.title' };

const form = z.object({
  reason: z.enum(SURVEY_REASONS),
  words: z
    .string()
    .transform((words) =>
      words
        .replaceAll('\r\n', '\n')
        .replace(/[^\P{Cc}\n]/gu, ' ')
        .trim(),
    )
    .pipe(z.string().max(LONGEST_ANSWER))
    .transform((words) => (words === '' ? null : words)),
});

/** Asks a customer why they left. */
export async function loader({ params }: LoaderFunctionArgs) {
  const { name } = await readMailLink('survey', params.token);
  return { name };
}

/** Keeps the answer. */
export async function action({ request, params }: ActionFunctionArgs) {
  const { shop, link } = await readMailLink('survey', params.token);
  const parsed = form.safeParse(Object.fromEntries(await request.formData()));
  if (!parsed.success) return { result: 'incomplete' as const };
  const { customerId, campaignId } = link;
  await keepAnswer(shop.id, { customerId, campaignId, ...parsed.data });
  return { result: 'kept' as const };
}

export default function Survey() {
  const { name } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>()?.result;
  const { t } = useTranslation();
  if (result === 'kept') {
    return (
      <PublicPage title={t('mailPages.survey.title')}>
        <output>{t('mailPages.survey.kept', { name })}</output>
      </PublicPage>
    );
  }
  return (
    <PublicPage title={t('mailPages.survey.title')}>
      <Form method="post">
        <fieldset aria-describedby={result === 'incomplete' ? 'problem' : undefined}>
          <legend>{t('mailPages.survey.question', { name })}</legend>
          {SURVEY_REASONS.map((reason) => (
            <label key={reason} className="rk-choice">
              <input type="radio" name="reason" value={reason} required />
              {t(`mail.survey.reason.${reason}`)}
            </label>
          ))}
        </fieldset>
        {result === 'incomplete' && (
          <p role="alert" id="problem">
            {t('mailPages.survey.incomplete')}
          </p>
        )}
        <label htmlFor="words">{t('mailPages.survey.words')}</label>
        <textarea id="words" name="words" rows={4} maxLength={LONGEST_ANSWER} aria-describedby="words-help" />
        <p id="words-help">{t('mailPages.survey.help', { name })}</p>
        <button type="submit">{t('mailPages.survey.send')}</button>
      </Form>
    </PublicPage>
  );
}
