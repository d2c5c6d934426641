import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { useTranslation } from 'react-i18next';
import { PublicPage } from '#app/components/public-page.tsx';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { enqueue } from '#app/jobs/queue.server.ts';
import { tellShopifyUnsubscribed } from '#app/jobs/tell-unsubscribed.server.ts';
import { suppress } from '#app/models/suppressions.server.ts';
import { readMailLink } from '#app/read-mail-link.server.ts';

export const handle: PageHandle = { title: 'mailPages.unsubscribe.title' };

/** Shows a button only: mail programs open links by themselves. */
export async function loader({ params }: LoaderFunctionArgs) {
  const { name } = await readMailLink('unsubscribe', params.token);
  return { name };
}

/** One POST ends it, from the button or from a mail program (RFC 8058), which sends nothing we need to read. */
export async function action({ params }: ActionFunctionArgs) {
  const { shop, link } = await readMailLink('unsubscribe', params.token);
  const { customerId, campaignId, address } = link;
  await suppress(shop.id, { customerId, campaignId, mark: address, reason: 'unsubscribed' });
  if (shop.uninstalledAt === null) {
    await enqueue(tellShopifyUnsubscribed, { shopId: shop.id, generation: shop.generation });
  }
  return { done: true };
}

export default function Unsubscribe() {
  const { name } = useLoaderData<typeof loader>();
  const done = useActionData<typeof action>()?.done === true;
  const { t } = useTranslation();
  return (
    <PublicPage title={t('mailPages.unsubscribe.title')}>
      {done ? (
        <output>{t('mailPages.unsubscribe.done', { name })}</output>
      ) : (
        <Form method="post">
          <p>{t('mailPages.unsubscribe.what', { name })}</p>
          <button type="submit">{t('mailPages.unsubscribe.button')}</button>
        </Form>
      )}
    </PublicPage>
  );
}
