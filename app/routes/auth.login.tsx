import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { useTranslation } from 'react-i18next';
import { PublicPage } from '#app/components/public-page.tsx';
import { login } from '#app/shopify.server.ts';

/** Sends a named shop to Shopify's own install page; without a name, asks for one. */
export async function loader({ request }: LoaderFunctionArgs) {
  return { problem: problemOf(await login(request)) };
}

export async function action({ request }: ActionFunctionArgs) {
  return { problem: problemOf(await login(request)) };
}

/** The library answers with one of its two codes, or throws the redirect. */
function problemOf({ shop }: { shop?: string }): 'missing' | 'invalid' | null {
  if (shop === undefined) return null;
  return shop === 'MISSING_SHOP' ? 'missing' : 'invalid';
}

export default function Login() {
  const { t } = useTranslation();
  const first = useLoaderData<typeof loader>();
  const problem = useActionData<typeof action>()?.problem ?? first.problem;
  return (
    <PublicPage title={t('login.title')}>
      <Form method="post" action="/auth/login">
        <label htmlFor="shop">{t('login.label')}</label>
        <input
          id="shop"
          name="shop"
          autoComplete="off"
          aria-describedby="shop-help"
          aria-invalid={problem !== null}
        />
        <p id="shop-help">{t('login.help')}</p>
        {problem && <p role="alert">{t(`login.${problem}`)}</p>}
        <button type="submit">{t('login.submit')}</button>
      </Form>
    </PublicPage>
  );
}
