import type { CampaignPlan } from '#app/campaigns/plan.ts';
import type { SignedIn } from '#app/merchant.server.ts';
import { askedAsOf } from '#app/models/audience.server.ts';
import { mayMail } from '#app/models/mail-settings.server.ts';
import { productTitles } from '#app/models/offered-values.server.ts';
import { savedSegments } from '#app/models/saved-segments.server.ts';
import { latestRun } from '#app/models/scores.server.ts';
import { readSettings } from '#app/models/settings.server.ts';
import { conditionsOf, isChoice } from '#app/rfm/conditions.ts';

/** What the form of a campaign needs to know of the shop. @param plan the one that is changed, null of a new one */
export async function readCampaignForm({ shop }: SignedIn, plan: CampaignPlan | null) {
  const [run, settings, saved, sends] = await Promise.all([
    latestRun(shop.id),
    readSettings(shop.id),
    savedSegments(shop.id),
    mayMail(shop.id),
  ]);
  const asked = run && askedAsOf(run, settings);
  return {
    saved,
    mayMail: sends,
    shop: {
      currency: run?.currency ?? shop.currency ?? 'XXX',
      titles: await productTitles(shop.id, plan === null ? [] : productsOf(plan)),
      hasCycle: asked !== null && asked.cycle !== null,
      hasUsualGap: asked !== null && asked.due !== null,
    },
  };
}

/** The products that a plan names, in its offers and in the questions of its branches. */
function productsOf({ ladder }: CampaignPlan): number[] {
  return ladder.flatMap(({ branches }) =>
    branches.flatMap(({ when, arms }) => [
      ...(when === null ? [] : conditionsOf(when)).flatMap((one) =>
        isChoice(one) && one.what === 'product' ? one.is.map(Number) : [],
      ),
      ...arms.flatMap(({ offer }) => {
        if (offer.kind === 'sample') return [offer.product];
        return 'on' in offer && offer.on.kind === 'products' ? offer.on.ids : [];
      }),
    ]),
  );
}
