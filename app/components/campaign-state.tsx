import { Badge, type BadgeProps } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import type { CampaignState } from '#app/campaigns/states.ts';

const TONES: Record<CampaignState, BadgeProps['tone']> = {
  draft: undefined,
  scheduled: 'info',
  running: 'success',
  paused: 'attention',
  stopped: 'warning',
  finished: undefined,
};

/** Where a campaign stands. */
export function CampaignStateBadge({ state }: { state: CampaignState }) {
  const { t } = useTranslation();
  const tone = TONES[state];
  return <Badge {...(tone === undefined ? {} : { tone })}>{t(`campaigns.state.${state}`)}</Badge>;
}
