import MailComposer from 'nodemailer/lib/mail-composer';
import { oneLine, type RenderedMail } from './campaigns/render-template.ts';

/** Who a message is from, as the merchant set it up. */
export type MailSender = { fromName: string; fromAddress: string; replyTo: string | null };

const ADDRESS = /^[^\s@<>()[\]\\,;:"]{1,64}@[^\s@<>()[\]\\,;:"]{1,190}\.[^\s@<>()[\]\\,;:".]{2,63}$/u;

/** Whether something is one e-mail address and nothing else, so that it can stand in a header. */
export function isMailAddress(text: string): boolean {
  return ADDRESS.test(text) && oneLine(text) === text;
}

/**
 * A message as it goes over the wire.
 * @param key the same for the same message, so that a provider or a mailbox that gets it twice knows
 * @param unsubscribe address that ends messages by one POST (RFC 8058), null in a message to the merchant
 * @param at epoch milliseconds
 */
export function composeMail(
  { fromName, fromAddress, replyTo }: MailSender,
  to: string,
  { subject, html, text }: RenderedMail,
  { key, unsubscribe, at }: { key: string; unsubscribe: string | null; at: number },
): Promise<Buffer> {
  const domain = fromAddress.slice(fromAddress.lastIndexOf('@') + 1);
  const headers =
    unsubscribe === null
      ? {}
      : {
          'List-Unsubscribe': { prepared: true, value: `<${unsubscribe}>` },
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        };
  const composer = new MailComposer({
    from: { name: oneLine(fromName), address: fromAddress },
    to: { name: '', address: to },
    ...(replyTo === null ? {} : { replyTo: { name: '', address: replyTo } }),
    subject: oneLine(subject),
    html,
    text,
    headers,
    messageId: `<${key}@${domain}>`,
    date: new Date(at),
    // Texts come from people: nothing of them is a file or an address to read.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}
