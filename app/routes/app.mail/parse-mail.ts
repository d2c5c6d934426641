import { z } from 'zod';
import { isMailAddress } from '#app/mail-message.server.ts';
import type { MailChoice } from '#app/models/mail-settings.server.ts';

const HOST = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
const line = (most: number) => z.string().trim().max(most).regex(/^\P{Cc}*$/u); // prettier-ignore
const address = z.string().trim().refine(isMailAddress);
const hour = z.union([z.literal(''), z.coerce.number().int().min(0).max(23)]);

const form = z.object({
  host: z.string().trim().toLowerCase().regex(HOST),
  port: z.coerce.number().int().min(1).max(65_535),
  security: z.enum(['tls', 'starttls', 'none']),
  username: line(200),
  fromName: line(80).pipe(z.string().min(1)),
  fromAddress: address,
  replyTo: z.union([z.literal(''), address]),
  postal: z.string().trim().min(5).max(300),
  perHour: z.coerce.number().int().min(1).max(100_000),
  quietFrom: hour,
  quietUntil: hour,
});

/** Fields of the form that can be wrong. */
export type MailField = keyof z.infer<typeof form> | 'password';

/** A choice out of what the form sent, or which of its fields are wrong. */
export function parseMail(
  sent: Record<string, unknown>,
): { ok: true; choice: MailChoice } | { ok: false; problems: MailField[] } {
  const parsed = form.safeParse(sent);
  if (!parsed.success) {
    return { ok: false, problems: [...new Set(parsed.error.issues.map(({ path }) => path[0] as MailField))] };
  }
  const { username, replyTo, quietFrom, quietUntil, postal, ...rest } = parsed.data;
  // Hours are quiet from one to another, or none is.
  if ((quietFrom === '') !== (quietUntil === '')) {
    return { ok: false, problems: [quietFrom === '' ? 'quietFrom' : 'quietUntil'] };
  }
  return {
    ok: true,
    choice: {
      ...rest,
      postal: postal.replaceAll('\r\n', '\n'),
      username: username === '' ? null : username,
      replyTo: replyTo === '' ? null : replyTo,
      quietFrom: quietFrom === '' ? null : quietFrom,
      quietUntil: quietUntil === '' ? null : quietUntil,
    },
  };
}
