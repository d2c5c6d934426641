import type { PoolClient } from 'pg';
import type { PlanFault } from '#app/campaigns/plan-reader.ts';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { saysTheSame, settledFaults } from '#app/campaigns/settled-steps.ts';

/**
 * A changed plan of a campaign that was launched, with what the comparison stands on as it was: the share that is held
 * out, the days that are compared, those on which customers join, and who may take part again. Faults, where it would move steps that somebody came
 * to, or change whose customers they are after those were drawn: whoever is not in the source any more is let go, so
 * another one would end the part of everybody. Only a segment that was deleted may be replaced.
 */
export async function asLaunched(
  client: PoolClient,
  shopId: number,
  campaignId: number,
  plan: CampaignPlan,
  before: CampaignPlan,
): Promise<CampaignPlan | PlanFault[]> {
  const { holdOut, observeDays, joinDays, again } = before;
  const { source } = before.audience;
  const { rows } = await client.query<{ furthest: number; drawn: boolean; gone: boolean }>(
    `select (select coalesce(max(step), -1) from campaign_members where shop_id = $1 and campaign_id = $2) as furthest,
       (select launched_at is not null from campaigns where shop_id = $1 and id = $2) as drawn,
       $3::int8 is not null and not exists (select from saved_segments where shop_id = $1 and id = $3) as gone`,
    [shopId, campaignId, source.kind === 'saved' ? source.id : null],
  );
  const { furthest, drawn, gone } = rows[0]!;
  const faults = settledFaults(before.ladder, plan.ladder, furthest);
  if (drawn && !gone && !saysTheSame(source, plan.audience.source))
    faults.push({ at: ['audience', 'source'], fault: 'settled' });
  return faults.length > 0 ? faults : { ...plan, holdOut, observeDays, joinDays, again };
}
