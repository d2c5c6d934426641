import { Page, Text } from '@shopify/polaris';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

/** Loads this same address once more with what App Bridge knows: the shop, its admin and a new session token. */
export function FindShop() {
  const { t } = useTranslation();
  useEffect(() => void comeBack(), []);
  return (
    <Page>
      <output>
        <Text as="p">{t('findShop.wait')}</Text>
        <Text as="p">{t('findShop.otherwise')}</Text>
      </output>
    </Page>
  );
}

async function comeBack(): Promise<void> {
  const { shop, host, locale } = shopify.config;
  // Framed by somebody else than the admin: then the words on the page are all there is.
  if (!shop || !host) return;
  const here = new URL(window.location.href);
  here.searchParams.set('embedded', '1');
  here.searchParams.set('shop', shop);
  here.searchParams.set('host', host);
  if (locale) here.searchParams.set('locale', locale);
  here.searchParams.set('id_token', await shopify.idToken());
  window.location.replace(here);
}
