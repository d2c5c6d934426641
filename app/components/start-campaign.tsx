import { Button } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import type { Group } from './group-note.tsx';

/**
 * Begins a campaign for a group of customers. A campaign is for segments; a cell becomes one in the builder, where it is
 * saved under a name.
 */
export function StartCampaign({ group }: { group: Group }) {
  const { t } = useTranslation();
  if (group.kind === 'unscored') return null;
  if (group.kind === 'segment') {
    return <Button url={campaignOf(group.segment)}>{t('campaigns.start.do')}</Button>;
  }
  const [down, across] = [group.plane[0], group.plane[1]];
  const parts = [
    { what: down, from: group.down, to: group.down },
    { what: across, from: group.across, to: group.across },
  ];
  const where = new URLSearchParams({ where: JSON.stringify({ match: 'all', parts }) });
  return <Button url={`/app/builder/new?${where}`}>{t('campaigns.start.cell')}</Button>;
}

/** Where a campaign for a segment is begun. */
export function campaignOf(segment: string): string {
  return `/app/campaigns/new?${new URLSearchParams({ template: segment })}`;
}
