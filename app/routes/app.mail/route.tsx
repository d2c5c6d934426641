import { defer, type ActionFunctionArgs, type LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { TitleBar } from '@shopify/app-bridge-react';
import { BlockStack, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { MailSettingsForm } from '#app/components/mail-settings-form.tsx';
import { MailStatusCard } from '#app/components/mail-status-card.tsx';
import { SuppressionsCard } from '#app/components/suppressions-card.tsx';
import { localeOf } from '#app/i18n/locale.ts';
import type { PageHandle } from '#app/i18n/page-title.ts';
import { liveNames } from '#app/live-names.server.ts';
import { signedIn } from '#app/merchant.server.ts';
import { answerMail } from './answer-mail.server.ts';
import { readMail } from './read-mail.server.ts';

export const handle: PageHandle = { title: 'mail.title' };

/** How the shop's campaigns send messages, and who gets none. */
export async function loader({ request }: LoaderFunctionArgs) {
  const viewer = await signedIn(request, 'manager');
  const { ids, ...read } = await readMail(viewer.shop.id, new URL(request.url).searchParams.get('before'));
  return defer({ ...read, names: liveNames(viewer, ids) });
}

/** Changes the sender, verifies it, and changes who gets no messages. */
export async function action({ request }: ActionFunctionArgs) {
  const viewer = await signedIn(request, 'manager');
  return answerMail(viewer, localeOf(request), await request.formData());
}

export default function Mail() {
  const { settings, away, sent, counts, rows, older, first, allowsPlain, names } =
    useLoaderData<typeof loader>();
  const { t } = useTranslation();
  return (
    <Page title={t('mail.title')} backAction={{ content: t('settings.title'), url: '/app/settings' }}>
      <TitleBar title={t('mail.title')} />
      <BlockStack gap="400">
        <div className="rk-edge">
          <Text as="p">{t('mail.what')}</Text>
        </div>
        {settings !== null && <MailStatusCard settings={settings} away={away} sent={sent} />}
        <MailSettingsForm key={settings?.version ?? 0} settings={settings} allowsPlain={allowsPlain} />
        <SuppressionsCard rows={rows} counts={counts} names={names} older={older} first={first} />
      </BlockStack>
    </Page>
  );
}
