import { Banner, BlockStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { useFormat } from '#app/i18n/format.tsx';

/** Why background work for the shop is parked, as keys of state.parked. */
export const PARKED = [
  'revoked',
  'payment',
  'forbidden',
  'locked',
  'reconnect',
  'unreachable',
  'another-shop',
  'missing-scope',
] as const;
/** What ends in Shopify without a word to us: only another attempt finds out. */
const SETTLED_ELSEWHERE: ReadonlySet<string> = new Set(['payment', 'forbidden', 'locked']);
const IMPORT_PROBLEMS = ['missing-scope', 'export-failed', 'orphans', 'unreadable', 'no-place'] as const;

/** The one state of the page that matters most, if any. */
export type PageState =
  | { state: 'parked'; reason: string }
  | { state: 'import-failed'; problem: string; detail: Record<string, string | number> }
  | { state: 'given-up'; reason: string }
  | { state: 'denied'; scope: string }
  | { state: 'limited-history' };

/** One banner for the page: what happened, what is safe, what to do. */
export function StateBanner({
  state,
  busy,
  stillRefused,
  manages,
  onImportAgain,
  onTryAgain,
}: {
  state: PageState;
  /** An answer of this page is on its way. */
  busy: boolean;
  /** The last attempt found the shop as closed as before. */
  stillRefused: boolean;
  /** Others are told whom to ask instead of being offered what they may not do. */
  manages: boolean;
  onImportAgain: () => void;
  onTryAgain: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const offer = (content: string, onAction: () => void) =>
    manages ? { action: { content, onAction, loading: busy } } : {};
  const ask = !manages && <Text as="p">{t('roles.ask')}</Text>;
  if (state.state === 'limited-history') {
    return (
      <Banner tone="warning" title={t('state.limited.title')} {...offer(t('import.again'), onImportAgain)}>
        <Text as="p">{t('state.limited.do')}</Text>
        {ask}
      </Banner>
    );
  }
  if (state.state === 'denied') {
    return (
      <Banner tone="warning" title={t('state.denied.title')}>
        <BlockStack gap="100">
          <Text as="p">{t('state.denied.why', { scope: state.scope })}</Text>
          <Text as="p">{t('state.denied.safe')}</Text>
        </BlockStack>
      </Banner>
    );
  }
  if (state.state === 'given-up') {
    return (
      <Banner
        tone="critical"
        title={t('state.givenUp.title')}
        {...offer(t('state.givenUp.again'), onTryAgain)}
      >
        <BlockStack gap="100">
          <Text as="p">{t('state.givenUp.why', { reason: state.reason })}</Text>
          <Text as="p">{t('state.givenUp.safe')}</Text>
          {ask}
        </BlockStack>
      </Banner>
    );
  }
  if (state.state === 'parked') {
    // 'missing-scope:read_orders' names what is missing.
    const [name, scope] = state.reason.split(/:(.*)/);
    const reason = PARKED.find((known) => known === name) ?? 'forbidden';
    return (
      <Banner
        tone="critical"
        title={t('state.parked.title')}
        {...(SETTLED_ELSEWHERE.has(reason) ? offer(t('state.parked.again'), onTryAgain) : {})}
      >
        <BlockStack gap="100">
          <Text as="p">{t(`state.parked.${reason}`, { scope })}</Text>
          <Text as="p">{t('state.parked.safe')}</Text>
          {stillRefused && <Text as="p">{t('state.parked.still')}</Text>}
          {SETTLED_ELSEWHERE.has(reason) && ask}
        </BlockStack>
      </Banner>
    );
  }
  const detail: Record<string, string | number> = Object.fromEntries(
    Object.entries(state.detail).map(([name, value]) => [
      name,
      typeof value === 'number' ? format.count(value) : value,
    ]),
  );
  const problem = IMPORT_PROBLEMS.find((known) => known === state.problem) ?? 'internal';
  return (
    <Banner tone="critical" title={t('import.failedTitle')} {...offer(t('import.again'), onImportAgain)}>
      <BlockStack gap="100">
        <Text as="p">{t(`state.importFailed.${problem}`, { ...detail })}</Text>
        <Text as="p">{t('state.importFailed.safe')}</Text>
        <Text as="p">
          {t(problem === 'missing-scope' ? 'state.importFailed.approve' : 'state.importFailed.do')}
        </Text>
        {ask}
      </BlockStack>
    </Banner>
  );
}
