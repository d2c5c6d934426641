import type { HeadersFunction, LinksFunction, LoaderFunctionArgs } from '@remix-run/node';
import { Outlet, useLoaderData, useNavigate, useRouteError, Link } from '@remix-run/react';
import { NavMenu } from '@shopify/app-bridge-react';
import { AppProvider } from '@shopify/polaris';
import polarisTexts from '@shopify/polaris/locales/en.json';
import polarisStyles from '@shopify/polaris/build/esm/styles.css?url';
import { boundary } from '@shopify/shopify-app-remix/server';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { FailedPage } from '#app/components/failed-page.tsx';
import { PolarisLink } from '#app/components/polaris-link.tsx';
import { ShopUnitsProvider } from '#app/i18n/format.tsx';
import { signedInShop } from '#app/merchant.server.ts';

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: polarisStyles }];

/** The frame around every page of the app: who asks, and what numbers are printed with. */
export async function loader({ request }: LoaderFunctionArgs) {
  const shop = await signedInShop(request);
  return { domain: shop.domain, currency: shop.currency, timeZone: shop.timeZone };
}

export default function AppFrame() {
  const shop = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  useAdminNavigation();
  return (
    <AppProvider i18n={polarisTexts} linkComponent={PolarisLink}>
      <NavMenu>
        <Link to="/app" rel="home">
          {t('app.name')}
        </Link>
        <Link to="/app/grid">{t('nav.grid')}</Link>
        <Link to="/app/settings">{t('nav.settings')}</Link>
      </NavMenu>
      <ShopUnitsProvider units={shop}>
        <Outlet />
      </ShopUnitsProvider>
    </AppProvider>
  );
}

/** Follows the admin's own navigation (its menu, its back button) without loading the document again. */
function useAdminNavigation() {
  const navigate = useNavigate();
  useEffect(() => {
    const follow = (event: Event) => {
      const href = event.target instanceof Element ? event.target.getAttribute('href') : null;
      if (href !== null) navigate(href);
    };
    document.addEventListener('shopify:navigate', follow);
    return () => document.removeEventListener('shopify:navigate', follow);
  }, [navigate]);
}
