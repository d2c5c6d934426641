import { adminFor } from '#app/admin-for.server.ts';
import { messageCode } from '#app/campaigns/message-code.ts';
import type { CampaignPlan, Offer } from '#app/campaigns/plan.ts';
import { databaseNow, type ShopRow } from '#app/db.server.ts';
import { logAccess } from '#app/models/access-log.server.ts';
import { mailFacts } from '#app/models/mail-facts.server.ts';
import { mailSettings } from '#app/models/mail-settings.server.ts';
import { readReceivers } from '#app/shopify/customer-mail.server.ts';
import { AccessDenied } from '#app/shopify/errors.ts';
import { messageProducts } from './message-products.server.ts';
import { armOf, renderMessage, textFor, type RenderedMessage } from './render-message.server.ts';

/** Which message for whom; it need not be saved yet. */
export type MessageToPreview = {
  plan: CampaignPlan;
  step: number;
  branch: number;
  arm: number;
  customerId: number;
  /** null = one that shows where it will stand */
  code: string | null;
  /** epoch milliseconds, null = what the step's days come to from now on */
  endsAt: number | null;
  /** { subject?, body? } where staff changed the text for this customer */
  edited: unknown;
};

/** The message as the customer would read it, or why it cannot be shown. */
export type MessagePreview =
  RenderedMessage | { ok: false; faults: []; reason: 'no-step' | 'no-customer' | 'protected-data' };

const DAY = 86_400_000;

/**
 * A step's message as a customer would read it now. Name and language come from Shopify and are kept nowhere; that
 * somebody saw them is noted. Its links to end messages and to the survey are those of nobody.
 * @throws what Shopify's answer is when it cannot be asked
 */
export async function previewMessage(
  shop: ShopRow,
  userId: number,
  wanted: MessageToPreview,
): Promise<MessagePreview> {
  const { plan, customerId, code, edited } = wanted;
  const arm = armOf(plan, wanted);
  if (arm === null) return { ok: false, faults: [], reason: 'no-step' };
  const [admin, text] = [adminFor(shop), textFor(arm, edited)];
  const [read, facts, settings, at, products] = await Promise.all([
    readReceivers(admin, [customerId]).catch((error: unknown) => {
      if (error instanceof AccessDenied) return null;
      throw error;
    }),
    mailFacts(shop.id, [customerId]),
    mailSettings(shop.id),
    databaseNow(),
    messageProducts(shop.id, admin, [customerId], [text.body]),
  ]);
  const receiver = read?.receivers.get(customerId);
  if (read === null) return { ok: false, faults: [], reason: 'protected-data' };
  if (receiver === undefined) return { ok: false, faults: [], reason: 'no-customer' };
  // Before anybody sees one: without the entry there are no names.
  await logAccess(shop.id, userId, 'names', [customerId]);
  const step = plan.ladder[wanted.step]!;
  const shown = { code: code ?? 'XXXX-XXXX', endsAt: wanted.endsAt ?? at + step.validDays * DAY };
  const earlier = offerBefore(plan, wanted);
  return renderMessage({
    shop,
    sender: { name: settings?.fromName ?? read.shopName, postal: settings?.postal ?? '' },
    receiver,
    facts: facts.get(customerId),
    products: products(customerId),
    code: messageCode(step.kind, { offer: arm.offer, ...shown }, earlier && { offer: earlier, ...shown }, at),
    link: { shopId: shop.id, customerId: 0, campaignId: 0, address: Buffer.alloc(0) },
    text,
    at,
  });
}

/** The latest offer with a code before a step, in the same place of the plan: what a reminder reminds of. */
function offerBefore(plan: CampaignPlan, { step, branch, arm }: MessageToPreview): Offer | null {
  for (let place = step - 1; place >= 0; place -= 1) {
    const one = armOf(plan, { step: place, branch, arm }) ?? armOf(plan, { step: place, branch: 0, arm: 0 });
    if (one !== null && one.offer.kind !== 'none') return one.offer;
  }
  return null;
}
