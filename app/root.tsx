import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import {
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  isRouteErrorResponse,
  useRouteError,
  useRouteLoaderData,
} from '@remix-run/react';
import { useContext, useState, type ReactNode } from 'react';
import { I18nextProvider, useTranslation } from 'react-i18next';
import { appBridgeUrl } from '#app/document-headers.server.ts';
import { env } from '#app/env.server.ts';
import { PublicPage } from '#app/components/public-page.tsx';
import { createI18n, localeFor } from '#app/i18n/i18n.ts';
import { Nonce } from '#app/nonce.ts';

export const meta: MetaFunction = () => [{ title: 'Rekindle' }];

/** What the document's head needs: the language and, inside the admin, the app's public key and App Bridge. */
export function loader({ request }: LoaderFunctionArgs) {
  const { pathname, searchParams } = new URL(request.url);
  return {
    locale: localeFor(searchParams.get('locale')),
    embedded: pathname.startsWith('/app') ? { apiKey: env.SHOPIFY_API_KEY, bridge: appBridgeUrl() } : null,
  };
}

/** The language stays the one the first document was asked in. */
export const shouldRevalidate = () => false;

export function Layout({ children }: { children: ReactNode }) {
  const data = useRouteLoaderData<typeof loader>('root');
  const nonce = useContext(Nonce);
  const [texts] = useState(() => createI18n(data?.locale ?? 'en'));
  return (
    <html lang={data?.locale ?? 'en'}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        {/* App Bridge must be the first script of the head and must not be deferred. */}
        {data?.embedded && <meta name="shopify-api-key" content={data.embedded.apiKey} />}
        {data?.embedded && <script src={data.embedded.bridge} />}
        <Meta />
        <Links />
      </head>
      <body>
        <I18nextProvider i18n={texts}>{children}</I18nextProvider>
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  );
}

export default function Root() {
  return <Outlet />;
}

/** What is shown outside the app's frame when a page is missing or failed. */
export function ErrorBoundary() {
  const error = useRouteError();
  const { t } = useTranslation();
  const kind = isRouteErrorResponse(error) && error.status === 404 ? 'notFound' : 'page';
  return (
    <PublicPage title={t(`failed.${kind}.title`)}>
      <p>{t(`failed.${kind}.what`)}</p>
      <p>{t('landing.open')}</p>
    </PublicPage>
  );
}
