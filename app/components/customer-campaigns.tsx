import { BlockStack, Card, InlineStack, Link, Text } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import type { CampaignState } from '#app/campaigns/states.ts';
import { CampaignStateBadge } from './campaign-state.tsx';

type CustomerCampaignsProps = {
  campaigns: readonly {
    id: number;
    name: string;
    state: CampaignState;
    heldOut: boolean;
    member: 'active' | 'ordered' | 'left' | 'skipped' | 'ended';
  }[];
};

/** The campaigns a customer is drawn for, and on which side; nothing where there are none. */
export function CustomerCampaigns({ campaigns }: CustomerCampaignsProps) {
  const { t } = useTranslation();
  if (campaigns.length === 0) return null;
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t('customerPage.campaigns.title')}
        </Text>
        <ul className="rk-rows">
          {campaigns.map(({ id, name, state, heldOut, member }) => (
            <li key={id}>
              <InlineStack align="space-between" gap="200">
                <Link url={`/app/campaigns/${id}`} removeUnderline={false}>
                  <span className="rk-value">{name}</span>
                </Link>
                <CampaignStateBadge state={state} />
              </InlineStack>
              <Text as="p">
                {heldOut
                  ? t('customerPage.campaigns.held')
                  : `${t('customerPage.campaigns.treated')} · ${t(`campaigns.progress.member.${member}`)}`}
              </Text>
            </li>
          ))}
        </ul>
      </BlockStack>
    </Card>
  );
}
