import { redirect, type LoaderFunctionArgs } from '@remix-run/node';
import { Link } from '@remix-run/react';
import { useTranslation } from 'react-i18next';
import { PublicPage } from '#app/components/public-page.tsx';

/** Shopify opens the app at its root with the shop named: then the page wanted is the app's own. */
export function loader({ request }: LoaderFunctionArgs) {
  const { searchParams } = new URL(request.url);
  if (searchParams.has('shop')) throw redirect(`/app?${searchParams}`);
  return null;
}

export default function Landing() {
  const { t } = useTranslation();
  return (
    <PublicPage title={t('landing.title')}>
      <p>{t('landing.what')}</p>
      <p>{t('landing.open')}</p>
      <p>
        <Link to="/auth/login">{t('landing.login')}</Link>
      </p>
    </PublicPage>
  );
}
