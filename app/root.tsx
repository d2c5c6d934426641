import type { LoaderFunctionArgs } from '@remix-run/node';
import {
  Links,
  Outlet,
  Scripts,
  ScrollRestoration,
  isRouteErrorResponse,
  useMatches,
  useRouteError,
  useRouteLoaderData,
} from '@remix-run/react';
import { useContext, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { appBridgeUrl } from '#app/document-headers.server.ts';
import { env } from '#app/env.server.ts';
import { PublicPage } from '#app/components/public-page.tsx';
import { useLanguage } from '#app/i18n/language.tsx';
import { titleKeyOf } from '#app/i18n/page-title.ts';
import { Nonce } from '#app/nonce.ts';

/** What the document's head needs inside the admin: the app's public key and App Bridge. */
export function loader({ request }: LoaderFunctionArgs) {
  const { pathname } = new URL(request.url);
  return {
    embedded: pathname.startsWith('/app') ? { apiKey: env.SHOPIFY_API_KEY, bridge: appBridgeUrl() } : null,
  };
}

/** Neither changes while the document lives. */
export const shouldRevalidate = () => false;

export function Layout({ children }: { children: ReactNode }) {
  const data = useRouteLoaderData<typeof loader>('root');
  const nonce = useContext(Nonce);
  const { locale } = useLanguage();
  const { t } = useTranslation();
  const title = titleKeyOf(useMatches());
  return (
    <html lang={locale}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        {/* App Bridge must be the first script of the head and must not be deferred. */}
        {data?.embedded && <meta name="shopify-api-key" content={data.embedded.apiKey} />}
        {data?.embedded && <script src={data.embedded.bridge} />}
        <title>{title === null ? t('app.name') : t('app.page', { page: t(title) })}</title>
        <Links />
      </head>
      <body>
        {children}
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
