import { today } from '#app/clock.server.ts';
import type { ShopRow } from '#app/db.server.ts';
import type { CampaignResultProps } from '#app/components/campaign-result.tsx';
import type { Verdict } from '#app/campaigns/verdict.ts';
import { latestEvent } from '#app/models/campaign-events.server.ts';
import { campaignLooks } from '#app/models/campaign-looks.server.ts';
import { campaign } from '#app/models/campaigns.server.ts';

/** What the page of a campaign's result shows; `result` is null before the first look. Null when there is no such one. */
export async function readResult(
  shop: ShopRow,
  id: number,
): Promise<{ name: string; launched: boolean; result: CampaignResultProps | null } | null> {
  const [found, looks, restated] = await Promise.all([
    campaign(shop.id, id),
    campaignLooks(shop.id, id),
    latestEvent(shop.id, id, 'restated'),
  ]);
  if (found === null) return null;
  const { name, plan, launchedAt, endsAt } = found;
  const look = looks.at(-1);
  if (look === undefined || launchedAt === null) {
    return { name, launched: launchedAt !== null, result: null };
  }
  const dayOf = (instant: number) => today(shop.timeZone ?? 'UTC', instant);
  return {
    name,
    launched: true,
    result: {
      look,
      course: looks.map(({ day, final, figures }) => ({ day, final, profit: figures.profit })),
      observeDays: plan.observeDays,
      launchedOn: dayOf(launchedAt),
      endsOn: endsAt === null ? null : dayOf(endsAt),
      restated: restated && {
        at: restated.at,
        verdictBefore: restated.detail['verdictBefore'] as Verdict,
        verdictAfter: restated.detail['verdictAfter'] as Verdict,
        byMargin: 'marginAfter' in restated.detail,
      },
    },
  };
}
