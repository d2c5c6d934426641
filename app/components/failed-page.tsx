import { Banner, BlockStack, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';

/** A page that could not be shown: what happened, what is safe, what to do. */
export function FailedPage({ kind, retry }: { kind: 'not-found' | 'failed'; retry: () => void }) {
  const { t } = useTranslation();
  const missing = kind === 'not-found';
  return (
    <Page
      title={t(missing ? 'failed.notFound.title' : 'failed.page.title')}
      backAction={{ content: t('app.name'), url: '/app' }}
    >
      <Banner
        tone={missing ? 'warning' : 'critical'}
        title={t(missing ? 'failed.notFound.what' : 'failed.page.what')}
        {...(missing ? {} : { action: { content: t('failed.page.retry'), onAction: retry } })}
      >
        <BlockStack gap="200">
          <Text as="p">{t(missing ? 'failed.notFound.safe' : 'failed.page.safe')}</Text>
          <Text as="p">{t(missing ? 'failed.notFound.do' : 'failed.page.do')}</Text>
        </BlockStack>
      </Banner>
    </Page>
  );
}
