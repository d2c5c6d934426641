import type { HeadersFunction, LinksFunction, LoaderFunctionArgs } from '@remix-run/node';
import {
  Link,
  Outlet,
  isRouteErrorResponse,
  useLoaderData,
  useNavigate,
  useNavigation,
  useRevalidator,
  useRouteError,
  type ShouldRevalidateFunction,
} from '@remix-run/react';
import { NavMenu, useAppBridge } from '@shopify/app-bridge-react';
import { AppProvider } from '@shopify/polaris';
import polarisStyles from '@shopify/polaris/build/esm/styles.css?url';
import { boundary } from '@shopify/shopify-app-remix/server';
import { startTransition, useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FailedPage, failureOf } from '#app/components/failed-page.tsx';
import { FindShop } from '#app/components/find-shop.tsx';
import { PolarisLink } from '#app/components/polaris-link.tsx';
import { SchemeProvider } from '#app/components/scheme.tsx';
import { ViewerProvider } from '#app/components/viewer.tsx';
import { ShopUnitsProvider } from '#app/i18n/format.tsx';
import { useLanguage } from '#app/i18n/language.tsx';
import { signedIn } from '#app/merchant.server.ts';
import { schemeInForce } from '#app/models/scheme-in-force.server.ts';
import { LOST_SHOP } from '#app/shopify/lost-shop.ts';
import '#app/components/app.css';

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: polarisStyles }];

/** Keeps what the library puts on its answers: the retry signal of a dead session token, redirects. */
export const headers: HeadersFunction = (args) => boundary.headers(args);

/** The frame around every page of the app: what its numbers are printed with, what names segments, and who looks. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop, user } = await signedIn(request, 'staff');
  return {
    units: { currency: shop.currency, timeZone: shop.timeZone },
    manages: user.manages,
    scheme: await schemeInForce(shop.id),
  };
}

/**
 * Another choice on the same page changes nothing of it, and each page asks who looks for itself. Another page may be of
 * newer scores, named by another scheme, than the one before it.
 */
export const shouldRevalidate: ShouldRevalidateFunction = ({
  currentUrl,
  nextUrl,
  formMethod,
  defaultShouldRevalidate,
}) => {
  if (formMethod !== undefined || currentUrl.href === nextUrl.href) return defaultShouldRevalidate;
  return currentUrl.pathname !== nextUrl.pathname;
};

export default function AppFrame() {
  const { units, manages, scheme } = useLoaderData<typeof loader>();
  useAdminLoading();
  return (
    <Frame>
      <ShopUnitsProvider units={units}>
        <ViewerProvider manages={manages}>
          <SchemeProvider {...scheme}>
            <Outlet />
          </SchemeProvider>
        </ViewerProvider>
      </ShopUnitsProvider>
    </Frame>
  );
}

/** What a page of the app shows when it cannot be shown; the library's own answers pass through. */
export function ErrorBoundary() {
  const error = useRouteError();
  const { revalidate } = useRevalidator();
  const { polaris } = useLanguage();
  if (isRouteErrorResponse(error) && error.data === LOST_SHOP) {
    return (
      <AppProvider i18n={polaris}>
        <FindShop />
      </AppProvider>
    );
  }
  const failure = isRouteErrorResponse(error) ? failureOf(error.status) : 'page';
  if (failure === null) return boundary.error(error);
  return (
    <Frame>
      <FailedPage kind={failure} retry={revalidate} />
    </Frame>
  );
}

function Frame({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const { polaris } = useLanguage();
  const follows = useAdminNavigation();
  return (
    <AppProvider i18n={polaris} linkComponent={PolarisLink}>
      {follows && (
        <NavMenu>
          <Link to="/app" rel="home">
            {t('app.name')}
          </Link>
          <Link to="/app/customers">{t('customerList.title')}</Link>
          <Link to="/app/segments">{t('nav.segments')}</Link>
          <Link to="/app/grid">{t('nav.grid')}</Link>
          <Link to="/app/at-risk">{t('nav.atRisk')}</Link>
          <Link to="/app/campaigns">{t('campaigns.title')}</Link>
          <Link to="/app/moves">{t('nav.moves')}</Link>
          <Link to="/app/cycle">{t('cycle.title')}</Link>
          <Link to="/app/settings">{t('nav.settings')}</Link>
          <Link to="/app/health">{t('nav.health')}</Link>
          <Link to="/app/privacy">{t('nav.privacy')}</Link>
        </NavMenu>
      )}
      {/* The admin around us has a main part too; the name tells them apart. */}
      <main aria-label={t('app.name')}>{children}</main>
    </AppProvider>
  );
}

/** Shows the admin's loading bar while another page is on its way. */
function useAdminLoading(): void {
  const { state } = useNavigation();
  const shopify = useAppBridge();
  useEffect(() => {
    if (state !== 'loading') return undefined;
    shopify.loading(true);
    return () => shopify.loading(false);
  }, [state, shopify]);
}

/**
 * Follows the admin's own navigation (its menu, its back button) without loading the document again. False
 * until it does: a menu the server wrote would lose every click made before the page came to life.
 */
function useAdminNavigation(): boolean {
  const navigate = useNavigate();
  const [follows, setFollows] = useState(false);
  useEffect(() => {
    const follow = (event: Event) => {
      const href = event.target instanceof Element ? event.target.getAttribute('href') : null;
      if (href !== null) navigate(href);
    };
    document.addEventListener('shopify:navigate', follow);
    // Parts of the page may still be coming to life, and are not to be thrown away for this.
    startTransition(() => setFollows(true));
    return () => document.removeEventListener('shopify:navigate', follow);
  }, [navigate]);
  return follows;
}
