import type { JournalRow } from '#app/models/writes.server.ts';
import type { Channel } from '#app/rfm/write-cost.ts';
import type { AdminClient } from '#app/shopify/admin.server.ts';
import { deleteMetafields, setMetafields } from '#app/shopify/customer-metafields.server.ts';
import { addTags, removeTags } from '#app/shopify/customer-tags.server.ts';
import { asMetafields, carriesTags } from './journal-packs.ts';

/** What came of calls: the rows that arrived, and those Shopify refused with its words. */
export interface Sent {
  done: number[];
  failed: { id: number; error: string }[];
}

/** A row with the value that must still be there, where that is known. */
export type CheckedRow = JournalRow & { digest?: string | null };

/**
 * Sends one call: the tags of one customer, or up to 25 metafields. A refusal of one customer (gone, at the
 * limit of tags) fails that customer's rows only. What was changed by somebody else since it was looked at is neither.
 */
export async function sendCall(admin: AdminClient, channel: Channel, rows: CheckedRow[]): Promise<Sent> {
  if (carriesTags(channel)) {
    const change = channel === 'tags-add' ? addTags : removeTags;
    const tags = rows.map((row) => row.value);
    const outcome = await change(admin, rows[0]?.customerId ?? 0, tags);
    if (outcome.done) return { done: rows.map((row) => row.id), failed: [] };
    return { done: [], failed: rows.map((row) => ({ id: row.id, error: outcome.reason })) };
  }
  const send = channel === 'metafields-set' ? setMetafields : deleteMetafields;
  const entries = asMetafields(rows);
  const { written, refused } = await send(admin, entries);
  // The entries that come back are the very ones that were given.
  const idOf = (entry: object): number => (entry as JournalRow).id;
  return {
    done: written.map(idOf),
    failed: refused
      .filter(({ stale }) => !stale)
      .map(({ entry, reason }) => ({ id: idOf(entry), error: reason })),
  };
}
