import { Banner, BlockStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';

/** Reasons for which the app pauses a campaign, in the words the page has for them. */
const REASONS = [
  'leak',
  'stacking',
  'discount-gone',
  'discount-changed',
  'discount-refused',
  'sample-prices',
  'no-sender',
  'missing-scope',
  'segment-gone',
  'shopify-segment',
  'removing',
  'reinstalled',
  'failing',
] as const;

/** Which words stand for a reason; what a scope is called may stand behind it. */
export function pauseWords(reason: string | null): (typeof REASONS)[number] | 'staff' | 'other' {
  if (reason === null) return 'staff';
  return REASONS.find((one) => one === reason.split(':')[0]) ?? 'other';
}

/** Why a campaign is paused, what is safe meanwhile, and what to do. @param reason null = somebody paused it */
export function CampaignPaused({ reason }: { reason: string | null }) {
  const { t } = useTranslation();
  const known = pauseWords(reason);
  const scope = reason?.split(':')[1] ?? '';
  return (
    <Banner tone="warning" title={t(`campaigns.paused.title.${known}`)}>
      <BlockStack gap="100">
        <Text as="p">{t(`campaigns.paused.todo.${known}`, { scope })}</Text>
        <Text as="p">{t('campaigns.paused.safe')}</Text>
      </BlockStack>
    </Banner>
  );
}
