import { databaseNow } from '#app/db.server.ts';
import { env } from '#app/env.server.ts';
import { mailedLately, mailSettings, type MailSettings } from '#app/models/mail-settings.server.ts';
import { suppressionCounts, suppressions } from '#app/models/suppressions.server.ts';

const PER_PAGE = 50;

/** Everything the page about messages shows; the password stays where it is. */
export async function readMail(shopId: number, before: string | null) {
  const [settings, sent, counts, listed, at] = await Promise.all([
    mailSettings(shopId),
    mailedLately(shopId),
    suppressionCounts(shopId),
    suppressions(shopId, PER_PAGE + 1, placeOf(before)),
    databaseNow(),
  ]);
  const rows = listed.slice(0, PER_PAGE);
  const last = listed.length > PER_PAGE ? rows.at(-1) : undefined;
  return {
    settings: settings && withoutPassword(settings),
    away: (settings?.closedUntil ?? 0) > at,
    sent,
    counts,
    rows,
    older: last === undefined ? null : `${last.createdAt}_${last.customerId}`,
    first: before === null,
    // Outside of production there is no certificate for this machine.
    allowsPlain: env.NODE_ENV !== 'production',
    ids: rows.map(({ customerId }) => customerId),
  };
}

function withoutPassword({ password, ...shown }: MailSettings) {
  return { ...shown, hasPassword: password !== null };
}

/** The place in the list that an address names, null when it names none. */
function placeOf(before: string | null): { at: number; customerId: number } | null {
  const parts = /^(\d{1,15})_([1-9]\d{0,15})$/.exec(before ?? '');
  return parts === null ? null : { at: Number(parts[1]), customerId: Number(parts[2]) };
}
