import { Card, IndexTable, Link } from '@shopify/polaris';
import { useTranslation } from 'react-i18next';
import { inAll } from '#app/campaigns/figures.ts';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import type { CampaignState } from '#app/campaigns/states.ts';
import type { Verdict } from '#app/campaigns/verdict.ts';
import { useFormat } from '#app/i18n/format.tsx';
import { CampaignStateBadge } from './campaign-state.tsx';
import { useCampaignWords } from './use-campaign-words.ts';

/** A campaign in the list. Instants are epoch milliseconds. */
export type CampaignRow = {
  id: number;
  name: string;
  state: CampaignState;
  source: CampaignPlan['audience']['source'];
  startAt: number | null;
  launchedAt: number | null;
  treated: number | null;
  heldOut: number | null;
  /** what it has shown so far, null before the first look */
  result: {
    verdict: Verdict;
    final: boolean;
    treated: number;
    profit: { difference: number; low: number; high: number } | null;
  } | null;
};

/** Every campaign, the newest first. */
export function CampaignsTable({
  campaigns,
  saved,
}: {
  campaigns: readonly CampaignRow[];
  saved: readonly { id: number; name: string }[];
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useCampaignWords(saved);
  const started = ({ startAt, launchedAt, state }: CampaignRow): string => {
    if (launchedAt !== null) return format.dayOf(launchedAt);
    if (state === 'scheduled' && startAt !== null) {
      return t('campaigns.list.startsAt', { day: format.dayOf(startAt), time: format.time(startAt) });
    }
    return t('campaigns.list.notStarted');
  };
  const groups = ({ treated, heldOut }: CampaignRow): string =>
    treated === null || heldOut === null
      ? t('campaigns.list.notDrawn')
      : t('campaigns.list.groups', { treated: format.count(treated), held: format.count(heldOut) });
  const result = ({ result: shown }: CampaignRow): string => {
    if (shown === null) return t('campaigns.list.noResult');
    const verdict = t(`campaignResult.${shown.final ? 'verdict' : 'verdictSoFar'}.${shown.verdict}`);
    if (shown.profit === null) return verdict;
    const { difference, low, high } = inAll(shown.profit, shown.treated);
    return t('campaigns.list.profit', {
      verdict,
      difference: format.wholeMoney(difference),
      low: format.wholeMoney(low),
      high: format.wholeMoney(high),
    });
  };
  return (
    <Card padding="0">
      <div className="rk-campaigns">
        <IndexTable
          selectable={false}
          itemCount={campaigns.length}
          resourceName={{ singular: t('campaigns.list.one'), plural: t('campaigns.list.many') }}
          headings={[
            { title: t('campaigns.list.name') },
            { title: t('campaigns.list.state') },
            { title: t('campaigns.list.audience') },
            { title: t('campaigns.list.customers') },
            { title: t('campaigns.list.started') },
            { title: t('campaigns.list.result') },
          ]}
        >
          {campaigns.map((campaign, position) => (
            <IndexTable.Row id={String(campaign.id)} key={campaign.id} position={position}>
              <IndexTable.Cell as="th" scope="row">
                <Link url={`/app/campaigns/${campaign.id}`} removeUnderline={false}>
                  <span className="rk-name">{campaign.name}</span>
                </Link>
                <span className="rk-under-name">
                  <CampaignStateBadge state={campaign.state} />
                  <span className="rk-line">{words.source(campaign)}</span>
                  <span className="rk-line">{groups(campaign)}</span>
                  <span className="rk-line">{started(campaign)}</span>
                  <span className="rk-line">{result(campaign)}</span>
                </span>
              </IndexTable.Cell>
              <IndexTable.Cell>
                <CampaignStateBadge state={campaign.state} />
              </IndexTable.Cell>
              <IndexTable.Cell className="rk-value">{words.source(campaign)}</IndexTable.Cell>
              <IndexTable.Cell className="rk-value">{groups(campaign)}</IndexTable.Cell>
              <IndexTable.Cell>{started(campaign)}</IndexTable.Cell>
              <IndexTable.Cell className="rk-value">{result(campaign)}</IndexTable.Cell>
            </IndexTable.Row>
          ))}
        </IndexTable>
      </div>
    </Card>
  );
}
