import { randomBytes } from 'node:crypto';
import { messageCode } from '#app/campaigns/message-code.ts';
import { isQuiet } from '#app/campaigns/quiet-hours.ts';
import { databaseNow } from '#app/db.server.ts';
import { isMailAddress } from '#app/mail-message.server.ts';
import { addressMarks, messageKey } from '#app/mail-tokens.server.ts';
import { logAccess } from '#app/models/access-log.server.ts';
import type { Campaign } from '#app/models/campaigns.server.ts';
import { latestCodes, mailFacts, mailPlans } from '#app/models/mail-facts.server.ts';
import {
  giveTurnsBack,
  mailSettings,
  takeMailTurns,
  type MailSettings,
} from '#app/models/mail-settings.server.ts';
import { suppressedReceivers } from '#app/models/suppressions.server.ts';
import { readReceivers, setMarks, takeMarksBack, type MarkToSet } from '#app/shopify/customer-mail.server.ts';
import { AccessDenied } from '#app/shopify/errors.ts';
import type { JobContext } from './job.server.ts';
import { messageProducts } from './message-products.server.ts';
import { armOf, renderMessage, textFor } from './render-message.server.ts';
import { sendMessages, type ReadyMessage } from './send-messages.server.ts';
import { step } from './step.server.ts';

/** An offer that is to go out by e-mail. */
export type OfferToMail = {
  customerId: number;
  entry: number;
  step: number;
  version: number;
  branch: number;
  arm: number;
  code: string | null;
  /** epoch milliseconds */
  endsAt: number | null;
  /** { subject?, body? } where staff changed the text for this customer */
  edited: unknown;
  /** a process that died was handing it over: its message may have left */
  again: boolean;
};

/** What became of it. 'later' = not now: it is to be handed over again. */
export type OfferOutcome = {
  customerId: number;
  entry: number;
  step: number;
  outcome: 'given' | 'failed' | 'unknown' | 'dropped' | 'later';
  reason: string | null;
};

type Result = Pick<OfferOutcome, 'outcome' | 'reason'>;
const result = (outcome: Result['outcome'], reason: string | null): Result => ({ outcome, reason });

/** Messages that are sent by one connection. */
const AT_ONCE = 25;
/** How long messages of one shop are sent before other shops have their turn, in milliseconds. */
const TURN_MS = 10_000;

/**
 * Hands offers over by the merchant's own mail server. Whoever gets one is read from Shopify for it, with their
 * consent as it is now. Before a message leaves, the customer is marked in Shopify, and whoever has the mark gets
 * none: so that it goes out once at most, also where our database is one of yesterday.
 * @param offers of one campaign; their rows say 'sending'
 */
export async function mailOffers(
  context: JobContext,
  campaign: Campaign,
  offers: readonly OfferToMail[],
  turnMs = TURN_MS,
): Promise<OfferOutcome[]> {
  const until = performance.now() + turnMs;
  const results = new Map<OfferToMail, Result>();
  const settings = await step('mail.settings', () => mailSettings(context.shop.id));
  const at = await step('mail.clock', databaseNow);
  const closed = closedBy(settings, at);
  if (settings === null || closed !== null) return outcomes(offers, () => result('later', closed));
  const prepared = await prepare(context, campaign, offers, settings, at, results);
  let goesOn = true;
  for (let from = 0; goesOn && from < prepared.length; from += AT_ONCE) {
    if (from > 0 && performance.now() >= until) break;
    const some = prepared.slice(from, from + AT_ONCE);
    goesOn = await sendSome(context, campaign, settings, some, { results, until });
  }
  // Those whose turn did not come wait for the next one.
  const waits = result('later', goesOn ? 'turn' : 'provider-away');
  return outcomes(offers, (offer) => results.get(offer) ?? waits);
}

function closedBy(settings: MailSettings | null, at: number): string | null {
  if (settings === null || settings.verifiedAt === null) return 'not-verified';
  return (settings.closedUntil ?? 0) > at ? 'provider-away' : null;
}

type Prepared = ReadyMessage & { offer: OfferToMail; seen: MarkToSet['seen'] };

/** Who of them gets a message now, and what stands in it; what becomes of the others is in `results`. */
async function prepare(
  { shop, admin }: JobContext,
  campaign: Campaign,
  offers: readonly OfferToMail[],
  settings: MailSettings,
  at: number,
  results: Map<OfferToMail, Result>,
): Promise<Prepared[]> {
  const ids = [...new Set(offers.map(({ customerId }) => customerId))];
  const versions = [...new Set(offers.map(({ version }) => version))];
  const known = await step('mail.plans', () => mailPlans(shop.id, campaign.id, versions));
  const read = await step('mail.read', () => readReceivers(admin, ids)).catch((error: unknown) => {
    // W16: without e-mail addresses there is no message, and only the merchant can change that.
    if (error instanceof AccessDenied) return null;
    throw error;
  });
  if (known === null || read === null) {
    const reason = known === null ? result('dropped', 'stopped') : result('failed', 'protected-data');
    for (const offer of offers) results.set(offer, reason);
    return [];
  }
  const [facts, codes] = [
    await step('mail.facts', () => mailFacts(shop.id, ids)),
    await step('mail.codes', () => latestCodes(shop.id, campaign.id, ids)),
  ];
  const marksOf = new Map(
    [...read.receivers].flatMap(([id, { email }]) =>
      email === null ? [] : [[id, addressMarks(shop.id, email)] as const],
    ),
  );
  const suppressed = await step('mail.suppressed', () =>
    suppressedReceivers(
      shop.id,
      ids.map((customerId) => ({ customerId, marks: marksOf.get(customerId) ?? [Buffer.alloc(0)] })),
    ),
  );
  const texts = new Set(
    offers.flatMap((offer) => {
      const arm = armOf(known.plans.get(offer.version), offer);
      return arm === null ? [] : [textFor(arm, offer.edited).body];
    }),
  );
  const products = await messageProducts(shop.id, admin, ids, texts);
  const hours = quietHours(settings);
  const prepared: Prepared[] = [];
  for (const offer of offers) {
    const { customerId } = offer;
    const receiver = read.receivers.get(customerId);
    const marks = marksOf.get(customerId);
    const key = messageKey(known.secret, offer);
    const no = (outcome: Result['outcome'], reason: string) =>
      void results.set(offer, result(outcome, reason));
    if (receiver === undefined) no('dropped', 'erased');
    // Marked right before it left, or before a death: then nobody knows whether it did.
    else if (receiver.marks.includes(key)) no(offer.again ? 'unknown' : 'given', 'given-before');
    else if (suppressed.has(customerId)) no('dropped', 'suppressed');
    else if (receiver.email === null || marks === undefined || !isMailAddress(receiver.email))
      no('dropped', 'no-address');
    else if (receiver.consent !== 'SUBSCRIBED') no('dropped', 'no-consent');
    else if (isQuiet(hours, at, [receiver.timeZone, shop.timeZone])) no('later', 'quiet-hours');
    else {
      const plan = known.plans.get(offer.version);
      const arm = armOf(plan, offer);
      const given = codes.find((one) => one.customerId === customerId && one.entry === offer.entry);
      const worth = given && armOf(known.plans.get(given.version), given)?.offer;
      const code =
        arm &&
        messageCode(
          plan!.ladder[offer.step]!.kind,
          { offer: arm.offer, code: offer.code, endsAt: offer.endsAt },
          given && worth ? { code: given.code, endsAt: given.endsAt, offer: worth } : null,
          at,
        );
      const link = { shopId: shop.id, customerId, campaignId: campaign.id, address: marks[0]! };
      const message =
        arm &&
        renderMessage({
          shop,
          sender: { name: settings.fromName, postal: settings.postal },
          receiver,
          facts: facts.get(customerId),
          products: products(customerId),
          code,
          link,
          text: textFor(arm, offer.edited),
          at,
        });
      if (message?.ok !== true) no('failed', 'template');
      else prepared.push({ ...offer, offer, key, link, marks, to: receiver.email, message, seen: receiver });
    }
  }
  return prepared;
}

function quietHours({ quietFrom, quietUntil }: MailSettings) {
  return quietFrom === null || quietUntil === null ? null : { from: quietFrom, until: quietUntil };
}

/** Marks and sends a few of them. False when the others have to wait. */
async function sendSome(
  context: JobContext,
  campaign: Campaign,
  settings: MailSettings,
  wanted: readonly Prepared[],
  { results, until }: { results: Map<OfferToMail, Result>; until: number },
): Promise<boolean> {
  const { shop, admin } = context;
  const turns = await step('mail.turns', () => takeMailTurns(shop.id, wanted.length));
  const some = wanted.slice(0, turns);
  for (const { offer } of wanted.slice(turns)) results.set(offer, result('later', 'rate'));
  if (some.length === 0) return false;
  const attempt = `try-${randomBytes(9).toString('base64url')}`;
  const toMark = new Map(
    some.map((one) => [one, { customerId: one.customerId, mark: one.key, seen: one.seen, attempt }]),
  );
  const mark = async (these: readonly Prepared[]): Promise<(one: Prepared) => boolean> => {
    const customers = these.map(({ customerId }) => customerId);
    // Before anything leaves: without the entry nobody is written to.
    await step('mail.log', () => logAccess(shop.id, null, 'mail', customers));
    const marks = these.map((one) => toMark.get(one)!);
    const marked = await step('mail.mark', () => setMarks(admin, marks));
    return (one) => marked.has(one.customerId);
  };
  const sent = await sendMessages(context, campaign, settings, some, { mark, until });
  const back: MarkToSet[] = [];
  const waits = sent.goesOn ? 'turn' : 'provider-away';
  let unused = 0;
  for (const one of some) {
    const { outcome, reason, takeBack } = sent.results.get(one) ?? NOT_BEGUN;
    if (outcome === 'later' && reason === null) unused += 1;
    results.set(one.offer, { outcome, reason: outcome === 'later' ? (reason ?? waits) : reason });
    if (takeBack) back.push(toMark.get(one)!);
  }
  if (unused > 0) await step('mail.turns-back', () => giveTurnsBack(shop.id, unused));
  // What surely did not leave may go another time.
  if (back.length > 0) await step('mail.take-back', () => takeMarksBack(admin, back));
  return sent.goesOn && turns === wanted.length;
}

const NOT_BEGUN = { outcome: 'later', reason: null, takeBack: false } as const;

function outcomes(offers: readonly OfferToMail[], of: (offer: OfferToMail) => Result): OfferOutcome[] {
  return offers.map((offer) => {
    const { customerId, entry, step: place } = offer;
    return { customerId, entry, step: place, ...of(offer) };
  });
}
