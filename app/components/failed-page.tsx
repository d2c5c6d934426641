import { Banner, BlockStack, Page, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';

/** Why a page could not be shown, as keys of `failed`. */
export type Failure = 'notFound' | 'refused' | 'busy' | 'page';

/** Only what may go away by itself is worth another try. */
const MAY_PASS: ReadonlySet<Failure> = new Set(['busy', 'page']);

/** The failure an answer's status stands for; null for one that is the library's own to deal with. */
export function failureOf(status: number): Failure | null {
  if (status === 404) return 'notFound';
  if (status === 403) return 'refused';
  if (status === 429) return 'busy';
  return status >= 500 ? 'page' : null;
}

/** A page that could not be shown: what happened, what is safe, what to do. */
export function FailedPage({ kind, retry }: { kind: Failure; retry: () => void }) {
  const { t } = useTranslation();
  return (
    <Page title={t(`failed.${kind}.title`)} backAction={{ content: t('app.name'), url: '/app' }}>
      <Banner
        tone={kind === 'page' ? 'critical' : 'warning'}
        title={t(`failed.${kind}.what`)}
        action={
          MAY_PASS.has(kind)
            ? { content: t('failed.page.retry'), onAction: retry }
            : { content: t('failed.notFound.open'), url: '/app' }
        }
      >
        <BlockStack gap="200">
          <Text as="p">{t(`failed.${kind}.safe`)}</Text>
          <Text as="p">{t(`failed.${kind}.do`)}</Text>
        </BlockStack>
      </Banner>
    </Page>
  );
}
