import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import {
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  useLoaderData,
  useRouteLoaderData,
} from '@remix-run/react';
import { useContext, useState, type ReactNode } from 'react';
import { I18nextProvider } from 'react-i18next';
import { appBridgeUrl } from '#app/document-headers.server.ts';
import { env } from '#app/env.server.ts';
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
        {children}
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  );
}

export default function Root() {
  const { locale } = useLoaderData<typeof loader>();
  const [texts] = useState(() => createI18n(locale));
  return (
    <I18nextProvider i18n={texts}>
      <Outlet />
    </I18nextProvider>
  );
}
