import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { env } from './env.server.ts';

/** What the link of a message is for. */
export type MailLinkKind = 'unsubscribe' | 'survey';
/** Whose link it is, and what it was in. */
export type MailLink = { shopId: number; customerId: number; campaignId: number; address: Buffer };

const BYTES = 32;
const MAC_BYTES = 16;
const ID = /^[1-9]\d{0,15}$/;

/** The keys of each entry of TOKEN_KEYS, first the one that signs; a link names the one it was signed with. */
const keys = env.TOKEN_KEYS.split(',').map((entry) => {
  const colon = entry.indexOf(':');
  const secret = Buffer.from(entry.slice(colon + 1), 'base64');
  const key = (what: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `rekindle ${what}`, BYTES));
  return {
    id: entry.slice(0, colon),
    links: key('mail links'),
    addresses: key('mail addresses'),
    codes: key('mail codes'),
  };
});

/**
 * Marks of an e-mail address in a shop, the newest key's first: the address cannot be read from them, but it can be
 * told whether another one is the same. What is kept is the first; what is looked for is any of them.
 */
export function addressMarks(shopId: number, address: string): Buffer[] {
  const plain = address.normalize('NFC').trim().toLowerCase();
  return keys.map(({ addresses }) =>
    createHmac('sha256', addresses).update(`${shopId} ${plain}`).digest().subarray(0, MAC_BYTES),
  );
}

/** A text for an address of ours that only this app can make, and that says whose message it was in. */
export function mailToken(kind: MailLinkKind, { shopId, customerId, campaignId, address }: MailLink): string {
  const what = [shopId, customerId, campaignId, address.toString('base64url')].join('.');
  const { id } = keys[0]!;
  return `${id}.${what}.${macOf(keys[0]!, kind, what).toString('base64url')}`;
}

/** What a text of `mailToken` says; null when it is none, or one for something else. */
export function readMailToken(kind: MailLinkKind, token: string): MailLink | null {
  const [id, shopId = '', customerId = '', campaignId = '', address = '', mac = '', ...more] =
    token.split('.');
  const key = keys.find((one) => one.id === id);
  if (key === undefined || more.length > 0 || token.length > 300) return null;
  const wanted = macOf(key, kind, [shopId, customerId, campaignId, address].join('.'));
  const given = Buffer.from(mac, 'base64url');
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null;
  if (![shopId, customerId, campaignId].every((number) => ID.test(number))) return null;
  return {
    shopId: Number(shopId),
    customerId: Number(customerId),
    campaignId: Number(campaignId),
    address: Buffer.from(address, 'base64url'),
  };
}

function macOf({ links }: (typeof keys)[number], kind: MailLinkKind, what: string): Buffer {
  return createHmac('sha256', links).update(`${kind} ${what}`).digest().subarray(0, MAC_BYTES);
}

/** What is kept of the code of a test mail. */
export function codeMark(shopId: number, code: string): Buffer {
  return createHmac('sha256', keys[0]!.codes).update(`${shopId} ${code}`).digest();
}

/**
 * The name of one message, the same however often it is asked for: of a campaign's step for a customer who came in for
 * the so-many-th time.
 * @param secret the campaign's own
 */
export function messageKey(
  secret: Buffer,
  { customerId, entry, step }: { customerId: number; entry: number; step: number },
): string {
  return createHmac('sha256', secret)
    .update(`mail|${customerId}|${entry}|${step}`)
    .digest('hex')
    .slice(0, 32);
}
