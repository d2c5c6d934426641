import { aloneInShop } from '#app/db.server.ts';
import { removeCustomers } from './gone.server.ts';
import { emptyDetails } from './order-details.server.ts';

/** A customer as Shopify names it when it asks to erase it. */
export type CustomerToErase = {
  customerId: number;
  /** orders whose contents go with it; they, and every other order of the customer, stay as a guest's */
  orderIds: readonly number[];
};

/** What remains of a customer that is removed; $2 is its id. */
const BY_ID = [
  // Rows of a bulk file are known by their place in it: without one of them the others are sent once more, by calls.
  `update writes set operation_id = null where shop_id = $1 and state = 'sent' and operation_id in
     (select operation_id from writes where shop_id = $1 and customer_id = $2 and state = 'sent')`,
  'delete from writes where shop_id = $1 and customer_id = $2',
  'delete from segment_changes where shop_id = $1 and customer_id = $2',
  'delete from mail_suppressions where shop_id = $1 and customer_id = $2',
  'delete from survey_answers where shop_id = $1 and customer_id = $2',
  'delete from data_requests where shop_id = $1 and customer_id = $2',
  `delete from seen_ids where shop_id = $1 and kind = 'customers' and id = $2`,
  `delete from unread_objects where shop_id = $1 and kind = 'customers' and id = $2`,
  `update inbox set resource_id = null, detail = null
     where shop_id = $1 and resource_id = $2 and topic ~ '^customer'`,
  `update access_log set customer_ids = array_remove(customer_ids, $2)
     where shop_id = $1 and $2 = any(customer_ids)`,
];

/** $2 finds the customer's number, by itself or as a part of a gid, in a text. */
const BY_WORD = [
  'update inbox set detail = null where shop_id = $1 and detail::text ~ $2',
  'update inbox set problem = null where shop_id = $1 and problem ~ $2',
  `update unread_objects set excerpt = '' where shop_id = $1 and excerpt ~ $2`,
  `update quarantined_lines set excerpt = '' where shop_id = $1 and excerpt ~ $2`,
  // Words stay words: without any it would seem that Shopify never answered.
  `update writes set error = '…' where shop_id = $1 and error ~ $2`,
  // What staff wrote about somebody else stays, without the number.
  `update customer_care set note = regexp_replace(note, $2, '…', 'g') where shop_id = $1 and note ~ $2`,
  `update survey_answers set words = regexp_replace(words, $2, '…', 'g') where shop_id = $1 and words ~ $2`,
  `update campaigns set name = regexp_replace(name, $2, '…', 'g') where shop_id = $1 and name ~ $2`,
  `update offers set reason = '…' where shop_id = $1 and reason ~ $2`,
  // Text only is changed there: the numbers beside it are none of customers.
  `update offers set edited = regexp_replace(edited::text, $2, '…', 'g')::jsonb where shop_id = $1 and edited::text ~ $2`,
  `update saved_segments set name = regexp_replace(name, $2, '…', 'g') where shop_id = $1 and name ~ $2`,
  'update shops set given_up_reason = null where shop_id = $1 and given_up_reason ~ $2',
  'update imports set problem_detail = null where shop_id = $1 and problem_detail::text ~ $2',
];

/**
 * Takes everything of a customer out of every table; that there was an erasure, and when, stays. The tombstone must
 * be there before. False when something of the shop is under way that may still store the customer: try again later.
 */
export async function eraseStoredCustomer(
  shopId: number,
  { customerId, orderIds }: CustomerToErase,
): Promise<boolean> {
  const erased = await aloneInShop(shopId, async (client) => {
    // The segments of the latest run are counted without the customer from now on.
    await removeCustomers(client, shopId, [customerId]);
    for (const statement of BY_ID) await client.query(statement, [shopId, customerId]);
    for (const statement of BY_WORD) await client.query(statement, [shopId, `(?<!\\d)${customerId}(?!\\d)`]);
    await emptyDetails(client, shopId, orderIds);
    await client.query(
      `insert into access_log (shop_id, user_id, what, customer_ids) values ($1, null, 'redaction', '{}')`,
      [shopId],
    );
    return true;
  });
  return erased ?? false;
}
