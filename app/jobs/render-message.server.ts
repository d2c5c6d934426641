import { today } from '#app/clock.server.ts';
import { lastDayWords, offerWords, unsubscribeWords } from '#app/campaigns/mail-words.ts';
import type { MessageCode } from '#app/campaigns/message-code.ts';
import type { Arm, CampaignPlan } from '#app/campaigns/plan.ts';
import {
  nameToGreet,
  renderMail,
  type MailValues,
  type RenderedMail,
  type ShownProduct,
} from '#app/campaigns/render-template.ts';
import { parseTemplate, type TemplateFault } from '#app/campaigns/template.ts';
import type { ShopRow } from '#app/db.server.ts';
import { env } from '#app/env.server.ts';
import { mailToken, type MailLink, type MailLinkKind } from '#app/mail-tokens.server.ts';
import type { MailFacts } from '#app/models/mail-facts.server.ts';
import type { MailReceiver } from '#app/shopify/customer-mail.server.ts';

/** Everything one message is made from. */
export type MessageSource = {
  shop: ShopRow;
  /** as customers know the shop, and its postal address */
  sender: { name: string; postal: string };
  receiver: Pick<MailReceiver, 'firstName' | 'lastName' | 'locale'>;
  facts: MailFacts | undefined;
  products: { entryPrice: readonly ShownProduct[]; recommended: readonly ShownProduct[] };
  code: MessageCode | null;
  link: MailLink;
  /** the arm's text, or what staff made of it for this customer */
  text: { subject: string; body: string };
  /** the instant the message is made at, epoch milliseconds */
  at: number;
};

export type RenderedMessage =
  | ({ ok: true } & RenderedMail)
  | { ok: false; faults: { in: 'subject' | 'body'; fault: TemplateFault | 'empty' }[] };

/** What a customer is to read. Texts that cannot be sent are told with what is wrong with them. */
export function renderMessage(source: MessageSource): RenderedMessage {
  const { text, sender, receiver, link } = source;
  const [subject, body] = [parseTemplate(text.subject, 'subject'), parseTemplate(text.body, 'body')];
  const faults = [
    ...faultsOf('subject', text.subject, subject.ok ? [] : subject.faults),
    ...faultsOf('body', text.body, body.ok ? [] : body.faults),
  ];
  if (!subject.ok || !body.ok || faults.length > 0) return { ok: false, faults };
  const values = valuesOf(source);
  const mail = renderMail({ subject: subject.parts, body: body.parts }, values, {
    shop: sender.name,
    postal: sender.postal,
    unsubscribe: linkTo('unsubscribe', link),
    unsubscribeWords: unsubscribeWords(receiver.locale),
  });
  // A subject of tags alone may come to nothing.
  return { ok: true, ...mail, subject: mail.subject === '' ? sender.name : mail.subject };
}

function faultsOf(where: 'subject' | 'body', text: string, faults: readonly TemplateFault[]) {
  if (text.trim() === '') return [{ in: where, fault: 'empty' as const }];
  return faults.map((fault) => ({ in: where, fault }));
}

/** The text for one customer: the arm's, or what staff changed of it. */
export function textFor({ subject, body }: Arm, edited: unknown): { subject: string; body: string } {
  const own = (typeof edited === 'object' && edited !== null ? edited : {}) as Record<string, unknown>;
  return {
    subject: typeof own['subject'] === 'string' ? own['subject'] : subject,
    body: typeof own['body'] === 'string' ? own['body'] : body,
  };
}

/** The arm of a plan that an offer is of; null when the plan has none there. */
export function armOf(
  plan: CampaignPlan | undefined,
  { step, branch, arm }: { step: number; branch: number; arm: number },
): Arm | null {
  return plan?.ladder[step]?.branches[branch]?.arms[arm] ?? null;
}

/** The public page that a message leads to. */
export function linkTo(kind: MailLinkKind, link: MailLink): string {
  return new URL(`/${kind}/${mailToken(kind, link)}`, env.SHOPIFY_APP_URL).href;
}

function valuesOf({ shop, sender, receiver, facts, products, code, link, at }: MessageSource): MailValues {
  const { locale } = receiver;
  const timeZone = shop.timeZone ?? 'UTC';
  const last = facts?.lastOrderDay ?? null;
  return {
    text: {
      'customer.first_name': nameToGreet(receiver.firstName),
      'customer.last_name': nameToGreet(receiver.lastName),
      'customer.days_since_order': last === null ? null : String(today(timeZone, at) - last),
      'customer.last_product': facts?.lastProduct ?? null,
      'customer.segment': facts?.segment?.replaceAll('-', ' ') ?? null,
      'shop.name': sender.name,
      'offer.code': code?.code ?? null,
      'offer.value': code && offerWords(code.offer, locale, shop.currency ?? 'USD'),
      'offer.ends': code?.endsAt == null ? null : lastDayWords(code.endsAt, locale, timeZone),
    },
    link: {
      'offer.link': code && `https://${shop.domain}/discount/${encodeURIComponent(code.code)}`,
      'unsubscribe.link': linkTo('unsubscribe', link),
      'survey.link': linkTo('survey', link),
    },
    list: { 'products.entry_price': products.entryPrice, 'products.recommended': products.recommended },
    segment: facts?.segment ?? null,
  };
}
