import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { tokenSealer } from '#app/admin-for.server.ts';
import { testMail } from '#app/campaigns/mail-words.ts';
import { escapeHtml } from '#app/campaigns/render-template.ts';
import { databaseNow } from '#app/db.server.ts';
import type { Locale } from '#app/i18n/locale.ts';
import { sealedFor, serverOf } from '#app/jobs/send-messages.server.ts';
import { composeMail } from '#app/mail-message.server.ts';
import { codeMark } from '#app/mail-tokens.server.ts';
import type { SignedIn } from '#app/merchant.server.ts';
import { customerScore } from '#app/models/customer-standing.server.ts';
import { mailSettings, noteCode, saveMailSettings, tryCode } from '#app/models/mail-settings.server.ts';
import { suppress, suppressionOf, unsuppress } from '#app/models/suppressions.server.ts';
import { limitShop } from '#app/rate-limit.server.ts';
import { openSmtp, SmtpFailure, type SmtpProblem } from '#app/smtp.server.ts';
import { parseMail, type MailField } from './parse-mail.ts';

const id = z.string().regex(/^[1-9]\d{0,15}$/).transform(Number); // prettier-ignore
const form = z.discriminatedUnion('intent', [
  z.looseObject({
    intent: z.literal('save'),
    version: z.coerce.number().int().min(0),
    password: z.string().max(500),
  }),
  z.object({ intent: z.literal('test') }),
  z.object({ intent: z.literal('verify'), code: z.string().trim().max(20) }),
  z.object({ intent: z.literal('suppress'), customer: z.string().trim() }),
  z.object({ intent: z.literal('unsuppress'), customer: id }),
]);

export type MailAnswer =
  | { result: 'saved' | 'changed-elsewhere' | 'code-sent' | 'verified' | 'wrong' | 'no-code' }
  | { result: 'suppressed' | 'unknown-customer' | 'unsuppressed' }
  /** Shopify is still to hear that the customer unsubscribed */
  | { result: 'not-told-yet' }
  | { result: 'invalid'; problems: MailField[] }
  /** the test message was not taken; `answer` are the server's words */
  | { result: 'not-sent'; problem: SmtpProblem; answer: string };

/**
 * Stores the sender, sends and takes the code that verifies it, and changes who gets no messages.
 * @throws Response 400 when the form is not the page's, 429 when too many test messages are asked for
 */
export async function answerMail({ shop }: SignedIn, locale: Locale, sent: FormData): Promise<MailAnswer> {
  const fields = Object.fromEntries(sent);
  const parsed = form.safeParse(fields);
  if (!parsed.success) throw new Response(null, { status: 400 });
  const wish = parsed.data;
  if (wish.intent === 'save') return save(shop.id, wish.version, wish.password, fields);
  if (wish.intent === 'test') return sendCode(shop.id, locale);
  if (wish.intent === 'verify') {
    limitShop('mailCode', shop.id);
    return { result: await tryCode(shop.id, codeMark(shop.id, wish.code.replaceAll(/\D/g, ''))) };
  }
  if (wish.intent === 'unsuppress') {
    const allowed = await unsuppress(shop.id, wish.customer);
    if (!allowed && (await suppressionOf(shop.id, wish.customer)) !== null) return { result: 'not-told-yet' };
    return { result: 'unsuppressed' };
  }
  const customer = id.safeParse(wish.customer.replace(/^#/, ''));
  if (!customer.success || (await customerScore(shop.id, customer.data)) === null) {
    return { result: 'unknown-customer' };
  }
  await suppress(shop.id, { customerId: customer.data, reason: 'by-hand', campaignId: null, mark: null });
  return { result: 'suppressed' };
}

async function save(
  shopId: number,
  version: number,
  password: string,
  fields: Record<string, unknown>,
): Promise<MailAnswer> {
  const parsed = parseMail(fields);
  if (!parsed.ok) return { result: 'invalid', problems: parsed.problems };
  const { choice } = parsed;
  const stored = await mailSettings(shopId);
  const sealed = password === '' ? undefined : tokenSealer.seal(password, sealedFor(shopId));
  // A stored password goes to no server it was not typed in for.
  const elsewhere = stored !== null && (stored.host !== choice.host || stored.port !== choice.port);
  if (choice.username !== null && sealed === undefined && (stored?.password == null || elsewhere)) {
    return { result: 'invalid', problems: ['password'] };
  }
  const kept = choice.username === null ? (stored?.password == null ? undefined : null) : sealed;
  const saved = await saveMailSettings(shopId, version, choice, kept);
  return { result: saved ? 'saved' : 'changed-elsewhere' };
}

/** Sends a message with a code to the sender itself: who reads it may send as that address. */
async function sendCode(shopId: number, locale: Locale): Promise<MailAnswer> {
  limitShop('mailTest', shopId);
  const settings = await mailSettings(shopId);
  if (settings === null) return { result: 'no-code' };
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const { subject, text } = testMail(locale, code);
  const { fromAddress } = settings;
  try {
    const line = await openSmtp(serverOf(shopId, settings));
    try {
      const html = `<!doctype html><html><head><meta charset="utf-8"></head><body><p>${escapeHtml(text)}</p></body></html>`;
      const key = `test-${settings.version}-${randomInt(2 ** 40)}`;
      const at = await databaseNow();
      const raw = await composeMail(
        settings,
        fromAddress,
        { subject, html, text },
        { key, unsubscribe: null, at },
      );
      // Noted before it leaves: whoever reads it may type it in at once.
      if (!(await noteCode(shopId, settings.version, codeMark(shopId, code))))
        return { result: 'changed-elsewhere' };
      await line.send({ from: fromAddress, to: fromAddress, raw });
    } finally {
      line.close();
    }
  } catch (error) {
    if (!(error instanceof SmtpFailure)) throw error;
    return { result: 'not-sent', problem: error.problem, answer: error.answer };
  }
  return { result: 'code-sent' };
}
