import { Banner, Link, Text } from '@shopify/polaris';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanFault } from '#app/campaigns/plan-reader.ts';
import type { CampaignAnswer } from './campaign-answer.ts';

/** Why the form was not saved; nothing where it was, or where nobody has tried. */
export function CampaignNotSaved({
  answer,
  faults,
  nameMissing,
}: {
  answer: CampaignAnswer | undefined;
  faults: readonly PlanFault[];
  nameMissing: boolean;
}): ReactNode {
  const { t } = useTranslation();
  if (answer?.result === 'made-before') {
    return (
      <Banner tone="warning" title={t('campaigns.madeBefore.title')}>
        <Text as="p">
          {t('campaigns.madeBefore.text')}{' '}
          <Link url={`/app/campaigns/${answer.id}`}>{t('campaigns.madeBefore.open')}</Link>
        </Text>
      </Banner>
    );
  }
  if (faults.length > 0 || nameMissing || answer?.result === 'invalid') {
    const count = faults.length + (nameMissing ? 1 : 0);
    return <Banner tone="critical" title={t('campaigns.notSaved.faults', { count, n: count })} />;
  }
  if (answer === undefined || answer.result === 'saved') return null;
  return (
    <Banner tone="critical" title={t('campaigns.notSaved.title')}>
      <Text as="p">{t(`campaigns.refused.${answer.result}`)}</Text>
    </Banner>
  );
}
