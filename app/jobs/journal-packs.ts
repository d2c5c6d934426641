import type { JournalRow } from '#app/models/writes.server.ts';
import { METAFIELDS_PER_CALL, type Channel } from '#app/rfm/write-cost.ts';
import type { WriteKind } from '#app/rfm/write-plan.ts';
import {
  DELETE_METAFIELDS,
  deleteVariables,
  SET_METAFIELDS,
  setVariables,
  type MetafieldKey,
} from '#app/shopify/customer-metafields.server.ts';
import { ADD_TAGS, REMOVE_TAGS, tagVariables } from '#app/shopify/customer-tags.server.ts';

/** Whether a channel carries tags, one customer a call. */
export function carriesTags(channel: Channel): boolean {
  return channel === 'tags-add' || channel === 'tags-remove';
}

/**
 * Groups rows, in the journal's order, into what one call or one line of a bulk file carries: the tags of a
 * customer, or 25 metafields. The same rows always give the same packs.
 */
export function packed<T extends JournalRow>(rows: readonly T[], channel: Channel): T[][] {
  const packs: T[][] = [];
  const tags = carriesTags(channel);
  for (const row of rows) {
    const last = packs.at(-1);
    const joins =
      last !== undefined &&
      (tags ? last[0]?.customerId === row.customerId : last.length < METAFIELDS_PER_CALL);
    if (joins) last.push(row);
    else packs.push([row]);
  }
  return packs;
}

/** The rows as metafields. */
export function asMetafields<T extends JournalRow>(rows: readonly T[]): (T & { key: MetafieldKey })[] {
  return rows.map((row) => ({
    ...row,
    key: keyOf(row.kind),
  }));
}

/** The metafield a write is about. */
export function keyOf(kind: WriteKind): 'rfm_segment' | 'rfm_profile' {
  return kind.startsWith('segment') ? 'rfm_segment' : 'rfm_profile';
}

/** The document a bulk operation of each channel runs on every line. */
export const BULK_DOCUMENTS: Record<Channel, string> = {
  'metafields-set': SET_METAFIELDS,
  'metafields-delete': DELETE_METAFIELDS,
  'tags-remove': REMOVE_TAGS,
  'tags-add': ADD_TAGS,
};

/** The file of variables for these packs, one line each. */
export function bulkFile(packs: readonly JournalRow[][], channel: Channel): Buffer[] {
  return packs.map((rows) => {
    const tags = rows.map((row) => row.value);
    const variables = carriesTags(channel)
      ? tagVariables(rows[0]?.customerId ?? 0, tags)
      : channel === 'metafields-set'
        ? setVariables(asMetafields(rows))
        : deleteVariables(asMetafields(rows));
    return Buffer.from(`${JSON.stringify(variables)}\n`);
  });
}
