import { addCampaign, campaigns, moveCampaign } from '#app/models/campaigns.server.ts';
import { approveAll } from '#app/models/campaign-queue.server.ts';
import type { CampaignPlan } from '#app/campaigns/plan.ts';
import { PLAIN_PLAN, plainStep } from '#tests/campaigns/any-plan.ts';
import { TEN_SEGMENTS } from '#app/rfm/schemes.ts';
import type { Deed, MerchantDeed } from './script.ts';
import type { SoakShop } from './world.ts';

const STAFF = 7;

/** What the merchant does with campaigns. */
type CampaignDeed = Extract<MerchantDeed, { readonly do: 'launch' | 'move' | 'approve' }>;

/** Whether a deed is about campaigns. */
export function isCampaignDeed(deed: Deed): deed is CampaignDeed {
  return deed.do === 'launch' || deed.do === 'move' || deed.do === 'approve';
}

/** A ladder that goes through every kind of offer with a code within days. */
const LADDER: CampaignPlan['ladder'] = [
  plainStep({ kind: 'none' }, 0, 3),
  plainStep({ kind: 'free-shipping', minimum: null }, 2, 3),
  plainStep({ kind: 'percentage', percent: 10, minimum: null, on: { kind: 'all' } }, 2, 4),
];

/** Lets the merchant make a campaign for everyone and launch it, move one on, or approve all that waits. */
export async function campaignDeed(shop: SoakShop, deed: CampaignDeed, at: number): Promise<void> {
  const { id: shopId } = await shop.row();
  if (deed.do === 'launch') {
    shop.launched += 1;
    const operation = `soak-${shop.launched}`;
    const plan: CampaignPlan = {
      ...PLAIN_PLAN,
      audience: {
        ...PLAIN_PLAN.audience,
        source: { kind: 'segments', slugs: [...TEN_SEGMENTS.segments] },
        consent: deed.email ? 'email' : 'any',
      },
      holdOut: deed.holdOut,
      observeDays: 14,
      mode: deed.manual ? 'manual' : 'live',
      ladder: LADDER,
    };
    const made = await addCampaign(shopId, STAFF, { name: `Soak ${shop.launched}`, plan, operation });
    if (!made.ok) return;
    await moveCampaign(shopId, STAFF, { id: made.id, revision: made.revision, move: 'launch' });
    return;
  }
  const all = await campaigns(shopId);
  const one = all[Math.min(all.length - 1, Math.floor(deed.which * all.length))];
  if (one === undefined) return;
  if (deed.do === 'approve') await approveAll(shopId, STAFF, one.id, at);
  else await moveCampaign(shopId, STAFF, { id: one.id, revision: one.revision, move: deed.move });
}
