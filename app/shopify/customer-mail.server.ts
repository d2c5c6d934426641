import type { AdminClient } from './admin.server.ts';
import { SET_METAFIELDS } from './customer-metafields.server.ts';
import { AccessDenied, Rejected, type UserError } from './errors.ts';
import { gid, parseGid } from './gid.ts';

const RECEIVERS = `#graphql
  query MailReceivers($ids: [ID!]!) {
    shop { name }
    nodes(ids: $ids) {
      ... on Customer {
        id
        firstName
        lastName
        locale
        defaultEmailAddress { emailAddress marketingState }
        defaultAddress { timeZone }
        marks: metafield(namespace: "$app", key: "winback_mail") { value compareDigest }
      }
    }
  }
`;

// Names and addresses are approved one by one: a message can do without them, but not without the e-mail address.
const RECEIVERS_WITHOUT_NAMES = `#graphql
  query MailReceiversWithoutNames($ids: [ID!]!) {
    shop { name }
    nodes(ids: $ids) {
      ... on Customer {
        id
        locale
        defaultEmailAddress { emailAddress marketingState }
        marks: metafield(namespace: "$app", key: "winback_mail") { value compareDigest }
      }
    }
  }
`;

const UNSUBSCRIBE = `#graphql
  mutation UnsubscribeCustomer($input: CustomerEmailMarketingConsentUpdateInput!) {
    customerEmailMarketingConsentUpdate(input: $input) {
      userErrors { field message code }
    }
  }
`;

/** Customers asked for at once: each costs some 4 points, and a query at most 1,000. */
const AT_ONCE = 100;
/** Marks that are kept on a customer: a campaign has six steps at most. */
const MOST_MARKS = 30;
/** What one call that sets metafields carries. */
const MARKS_PER_CALL = 25;

/** What a message to a customer needs to know of them, read for it and kept nowhere. */
export type MailReceiver = {
  firstName: string | null;
  lastName: string | null;
  /** BCP 47 */
  locale: string;
  email: string | null;
  /** CustomerEmailAddressMarketingState, null without an address */
  consent: string | null;
  /** IANA name of where their address is */
  timeZone: string | null;
  /** marks of messages that were handed over */
  marks: string[];
  /** which value of the marks was seen, null = none */
  digest: string | null;
};

/** Who is to get messages; customers that are gone are missing. */
export type MailReceivers = { shopName: string; receivers: Map<number, MailReceiver> };

type Node = {
  id?: string;
  firstName?: string | null;
  lastName?: string | null;
  locale: string;
  defaultEmailAddress: { emailAddress: string; marketingState: string } | null;
  defaultAddress?: { timeZone: string | null } | null;
  marks: { value: string; compareDigest: string } | null;
} | null;

/**
 * Reads those who are to get messages.
 * @throws AccessDenied where the app may not see e-mail addresses
 */
export async function readReceivers(
  admin: AdminClient,
  customerIds: readonly number[],
): Promise<MailReceivers> {
  const receivers = new Map<number, MailReceiver>();
  let shopName = '';
  for (let from = 0; from < customerIds.length; from += AT_ONCE) {
    const ids = customerIds.slice(from, from + AT_ONCE).map((id) => gid('Customer', id));
    type Answer = { shop: { name: string }; nodes: Node[] };
    const { shop, nodes } = await admin.run<Answer>(RECEIVERS, { ids }).catch((error: unknown) => {
      if (error instanceof AccessDenied) return admin.run<Answer>(RECEIVERS_WITHOUT_NAMES, { ids });
      throw error;
    });
    shopName = shop.name;
    for (const node of nodes) if (node?.id) receivers.set(parseGid('Customer', node.id), receiverOf(node));
  }
  return { shopName, receivers };
}

function receiverOf(node: NonNullable<Node>): MailReceiver {
  return {
    firstName: node.firstName ?? null,
    lastName: node.lastName ?? null,
    locale: node.locale,
    email: node.defaultEmailAddress?.emailAddress ?? null,
    consent: node.defaultEmailAddress?.marketingState ?? null,
    timeZone: node.defaultAddress?.timeZone ?? null,
    marks: marksIn(node.marks?.value ?? null),
    digest: node.marks?.compareDigest ?? null,
  };
}

function marksIn(value: string | null): string[] {
  try {
    const { sent } = JSON.parse(value ?? '{}') as { sent?: unknown };
    return Array.isArray(sent) ? sent.filter((mark) => typeof mark === 'string') : [];
  } catch {
    return [];
  }
}

/** A mark to be set on a customer, beside those that were seen. */
export type MarkToSet = {
  customerId: number;
  mark: string;
  seen: Pick<MailReceiver, 'marks' | 'digest'>;
  /** of this try only, so that an own writing whose answer was lost is told from somebody else's */
  attempt: string;
};

/**
 * Marks customers as about to be sent a message, each only if its marks are still those that were seen.
 * @returns those that are marked now; of the others somebody else changed the marks, or they are gone
 */
export async function setMarks(admin: AdminClient, wanted: readonly MarkToSet[]): Promise<Set<number>> {
  const set = new Set<number>();
  for (let from = 0; from < wanted.length; from += MARKS_PER_CALL) {
    const part = wanted.slice(from, from + MARKS_PER_CALL);
    // A call is written whole or not at all: with one that is stale the others go alone.
    if (await written(admin, part)) for (const { customerId } of part) set.add(customerId);
    else if (part.length > 1)
      for (const one of part) if (await written(admin, [one])) set.add(one.customerId);
  }
  const rest = wanted.filter(({ customerId }) => !set.has(customerId));
  if (rest.length === 0) return set;
  // A call whose answer was lost is repeated, and then finds its own value: that is no other's.
  const { receivers } = await readReceivers(
    admin,
    rest.map(({ customerId }) => customerId),
  );
  for (const { customerId, mark, attempt } of rest) {
    const marks = receivers.get(customerId)?.marks ?? [];
    if (marks.includes(mark) && marks.includes(attempt)) set.add(customerId);
  }
  return set;
}

/** Takes back marks of messages that were surely not handed over; where that fails, they are not sent again. */
export async function takeMarksBack(admin: AdminClient, wanted: readonly MarkToSet[]): Promise<void> {
  if (wanted.length === 0) return;
  const { receivers } = await readReceivers(
    admin,
    wanted.map(({ customerId }) => customerId),
  );
  for (const { customerId, mark, attempt } of wanted) {
    const now = receivers.get(customerId);
    if (now === undefined || !now.marks.includes(attempt)) continue;
    const left = now.marks.filter((one) => one !== mark && one !== attempt);
    await call(admin, [{ customerId, value: valueOf(left), digest: now.digest }]);
  }
}

function written(admin: AdminClient, part: readonly MarkToSet[]): Promise<boolean> {
  return call(
    admin,
    part.map(({ customerId, mark, seen, attempt }) => ({
      customerId,
      value: valueOf([...seen.marks.filter((one) => !one.startsWith('try-')), mark, attempt]),
      digest: seen.digest,
    })),
  );
}

const valueOf = (marks: readonly string[]): string => JSON.stringify({ sent: marks.slice(-MOST_MARKS) });

async function call(
  admin: AdminClient,
  entries: readonly { customerId: number; value: string; digest: string | null }[],
): Promise<boolean> {
  const metafields = entries.map(({ customerId, value, digest }) => ({
    ownerId: gid('Customer', customerId),
    namespace: '$app',
    key: 'winback_mail',
    type: 'json',
    value,
    compareDigest: digest,
  }));
  type Answer = { metafieldsSet: { userErrors: UserError[] } | null };
  const { metafieldsSet } = await admin.run<Answer>(
    SET_METAFIELDS,
    { metafields },
    { userErrors: 'returned', repeatable: true },
  );
  return (metafieldsSet?.userErrors ?? []).length === 0;
}

/** Lets Shopify know that a customer wants no more marketing by e-mail. False when it refuses, as of one without address. */
export async function tellUnsubscribed(admin: AdminClient, customerId: number): Promise<boolean> {
  const emailMarketingConsent = { marketingState: 'UNSUBSCRIBED' };
  try {
    await admin.run(
      UNSUBSCRIBE,
      { input: { customerId: gid('Customer', customerId), emailMarketingConsent } },
      { repeatable: true },
    );
    return true;
  } catch (error) {
    if (error instanceof Rejected) return false;
    throw error;
  }
}
