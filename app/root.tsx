import type { LinksFunction, LoaderFunctionArgs } from '@remix-run/node';
import {
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  useLoaderData,
  useRouteLoaderData,
} from '@remix-run/react';
import polarisStyles from '@shopify/polaris/build/esm/styles.css?url';
import { useContext, useState, type ReactNode } from 'react';
import { I18nextProvider } from 'react-i18next';
import { appBridgeUrl } from '#app/document-headers.server.ts';
import { env } from '#app/env.server.ts';
import { createI18n, localeFor } from '#app/i18n/i18n.ts';
import { Nonce } from '#app/nonce.ts';

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: polarisStyles }];

/** What the document's head needs: the app's public key, where App Bridge lives, the language. */
export function loader({ request }: LoaderFunctionArgs) {
  return {
    apiKey: env.SHOPIFY_API_KEY,
    appBridge: appBridgeUrl(),
    locale: localeFor(new URL(request.url).searchParams.get('locale')),
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
        {data && <meta name="shopify-api-key" content={data.apiKey} />}
        {/* App Bridge must be the first script of the head and must not be deferred. */}
        {data && <script src={data.appBridge} />}
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
