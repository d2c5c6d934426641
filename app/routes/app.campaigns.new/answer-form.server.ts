import type { CampaignAnswer } from '#app/components/campaign-answer.ts';
import { mailFaults } from '#app/campaigns/mail-faults.ts';
import { parsePlan } from '#app/campaigns/parse-plan.ts';
import type { PlanFault } from '#app/campaigns/plan-reader.ts';
import { saysTheSame } from '#app/campaigns/settled-steps.ts';
import { PLAN_LIMITS, type CampaignPlan } from '#app/campaigns/plan.ts';
import type { SignedIn } from '#app/merchant.server.ts';
import { addCampaign, campaign, changeCampaign } from '#app/models/campaigns.server.ts';
import { mayMail } from '#app/models/mail-settings.server.ts';
import { savedSegments } from '#app/models/saved-segments.server.ts';

/** What a form of its own is known by: whatever it is sent from, it makes one campaign. */
export function operationOf(text: unknown): string | null {
  return typeof text === 'string' && /^[\w-]{16,64}$/.test(text) ? text : null;
}

/**
 * Makes a draft out of a form, or finds the one that the same form made before.
 * @throws Response 400 when the form is not the app's
 */
export async function answerNew({ shop, user }: SignedIn, sent: FormData): Promise<CampaignAnswer> {
  const operation = operationOf(sent.get('operation'));
  if (operation === null) throw new Response(null, { status: 400 });
  const read = await readForm(shop.id, sent);
  if ('result' in read) return read;
  const made = await addCampaign(shop.id, user.id, { ...read, operation });
  if (!made.ok) return { result: made.reason };
  const stored = await campaign(shop.id, made.id);
  const same = stored !== null && stored.name === read.name && saysTheSame(stored.plan, read.plan);
  // A page that came back from the browser's history may say something else than what it made.
  return same
    ? { result: 'saved', id: made.id, revision: made.revision }
    : { result: 'made-before', id: made.id };
}

/**
 * Saves over a campaign that is still the one that was read.
 * @throws Response 400 when the form is not the app's
 */
export async function answerEdit(
  { shop, user }: SignedIn,
  id: number,
  sent: FormData,
): Promise<CampaignAnswer> {
  const revision = sent.get('revision');
  if (typeof revision !== 'string' || !/^\d{1,9}$/.test(revision)) throw new Response(null, { status: 400 });
  const read = await readForm(shop.id, sent);
  if ('result' in read) return read;
  const saved = await changeCampaign(shop.id, user.id, {
    id,
    revision: Number(revision),
    ...read,
  });
  if (saved.ok) return { result: 'saved', id, revision: saved.revision };
  return saved.reason === 'settled'
    ? { result: 'invalid', name: false, faults: saved.faults }
    : { result: saved.reason };
}

async function readForm(
  shopId: number,
  sent: FormData,
): Promise<{ name: string; plan: CampaignPlan } | Extract<CampaignAnswer, { result: 'invalid' }>> {
  const [name, text] = [sent.get('name'), sent.get('plan')];
  if (typeof name !== 'string' || typeof text !== 'string') throw new Response(null, { status: 400 });
  const trimmed = name.trim();
  const named =
    trimmed !== '' && trimmed.length <= PLAN_LIMITS.name && !trimmed.includes('\0') && trimmed.isWellFormed();
  const parsed = parsePlan(text);
  const faults = parsed.ok ? await faultsHere(shopId, parsed.plan) : parsed.faults;
  if (!named || !parsed.ok || faults.length > 0) return { result: 'invalid', name: !named, faults };
  return { name: trimmed, plan: parsed.plan };
}

/** What is wrong with a plan in this shop, though it can be read. */
async function faultsHere(shopId: number, plan: CampaignPlan): Promise<PlanFault[]> {
  const sends = plan.delivery !== 'mail' || (await mayMail(shopId));
  return [
    ...(sends ? [] : [{ at: ['delivery'], fault: 'no-sender' as const }]),
    ...mailFaults(plan),
    ...(await deletedSegments(shopId, plan)),
  ];
}

/** Where a plan names saved segments that the shop does not have. */
async function deletedSegments(
  shopId: number,
  { audience: { source, leaveOut } }: CampaignPlan,
): Promise<PlanFault[]> {
  if (source.kind !== 'saved' && leaveOut.length === 0) return [];
  const known = new Set((await savedSegments(shopId)).map(({ id }) => id));
  const gone = (id: number): boolean => !known.has(id);
  return [
    ...(source.kind === 'saved' && gone(source.id)
      ? [{ at: ['audience', 'source', 'id'], fault: 'gone' as const }]
      : []),
    ...leaveOut.flatMap((id, i) =>
      gone(id) ? [{ at: ['audience', 'leaveOut', i], fault: 'gone' as const }] : [],
    ),
  ];
}
