import { Banner, BlockStack, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';

/** Reasons for which the app pauses a campaign, in the words the page has for them. */
const REASONS = [
  'budget',
  'margin',
  'leak',
  'stacking',
  'segment-gone',
  'shopify-segment',
  'scope',
  'mail',
] as const;

/** Why a campaign is paused, what is safe meanwhile, and what to do. @param reason null = somebody paused it */
export function CampaignPaused({ reason }: { reason: string | null }) {
  const { t } = useTranslation();
  const known = REASONS.find((one) => one === reason) ?? (reason === null ? 'staff' : 'other');
  return (
    <Banner tone="warning" title={t(`campaigns.paused.title.${known}`)}>
      <BlockStack gap="100">
        <Text as="p">{t(`campaigns.paused.todo.${known}`)}</Text>
        <Text as="p">{t('campaigns.paused.safe')}</Text>
      </BlockStack>
    </Banner>
  );
}
