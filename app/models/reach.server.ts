import { sqlInShop } from '#app/db.server.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';

/** Of a segment's customers, how many agreed to be reached through a channel, and how many more could be asked. */
type ChannelReach = {
  agreed: number;
  /** They have an address or number of the channel that works, and did not agree. */
  notAgreed: number;
};

/** By what the customers of a segment can be reached, as far as it is stored. */
export type SegmentReach = {
  customers: number;
  /** Those who were not read from Shopify yet: nothing is known of their consent. */
  unknown: number;
  email: ChannelReach;
  sms: ChannelReach;
  /** They have a phone number; Shopify records no consent for calls. */
  phone: number;
};

// What Shopify itself calls unusable is no way to reach anybody.
const USABLE = (consent: string): string => `${consent} not in ('INVALID', 'REDACTED')`;

/** What is counted of scores s and their customers c to tell how they can be reached, SQL. */
export const REACH_COUNTS = `count(*) as customers, count(*) filter (where c.id is null) as unknown,
  count(*) filter (where c.email_consent = 'SUBSCRIBED') as email,
  count(*) filter (where c.email_consent <> 'SUBSCRIBED' and ${USABLE('c.email_consent')}) as "emailRest",
  count(*) filter (where c.sms_consent = 'SUBSCRIBED') as sms,
  count(*) filter (where c.sms_consent <> 'SUBSCRIBED' and ${USABLE('c.sms_consent')}) as "smsRest"`;

/** What REACH_COUNTS found. */
export type ReachCounts = Record<'customers' | 'unknown' | 'email' | 'emailRest' | 'sms' | 'smsRest', number>;

/** By what customers can be reached, out of what was counted. */
export function reachOf({ customers, unknown, email, emailRest, sms, smsRest }: ReachCounts): SegmentReach {
  return {
    customers,
    unknown,
    email: { agreed: email, notAgreed: emailRest },
    sms: { agreed: sms, notAgreed: smsRest },
    phone: sms + smsRest,
  };
}

/** Counts by what the customers of a segment can be reached now. */
export async function segmentReach(shopId: number, segment: SegmentSlug): Promise<SegmentReach> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<ReachCounts>(
      `select ${REACH_COUNTS}
       from scores s left join customers c on c.shop_id = $1 and c.id = s.customer_id
       where s.shop_id = $1 and s.segment = $2`,
      [shopId, segment],
    );
    return reachOf(rows[0]!);
  });
}
