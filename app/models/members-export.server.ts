import { sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';
import { noteAccess } from './access-log.server.ts';
import type { MemberQuery, MemberRow } from './members.server.ts';

/** A customer as it stands in an export. */
export type ExportedMember = MemberRow & {
  previousSegment: SegmentSlug | null;
  /** day of the last change of scores or segment */
  since: Day;
};

/** Customers read in one transaction, so that a slow download keeps no connection from others. */
const READ_AT_ONCE = 5_000;

/** Notes that a member of staff takes out customers, with everybody who is among them now. */
export async function noteExport(
  shopId: number,
  userId: number,
  { from, where, values }: MemberQuery,
): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `select s.customer_id as id from ${from} where ${where} order by s.customer_id`,
      values,
    );
    const ids = rows.map(({ id }) => id);
    await noteAccess(client, shopId, userId, 'export', ids);
  });
}

/** Everybody in the order of ids, in portions. Who comes or goes meanwhile may be in it or not. */
export async function* exportedMembers(
  shopId: number,
  { from, where, values }: MemberQuery,
): AsyncGenerator<ExportedMember[], void> {
  for (let after = 0; ;) {
    const rows = await sqlInShop(shopId, async (client) => {
      const result = await client.query<ExportedMember>(
        `select s.customer_id as "customerId", s.last_order_day as "lastOrderDay", s.frequency, s.monetary, s.r, s.f,
           s.m, s.segment, s.previous_segment as "previousSegment", s.since
         from ${from} where ${where} and s.customer_id > $${values.length + 1}
         order by s.customer_id limit ${READ_AT_ONCE}`,
        [...values, after],
      );
      return result.rows;
    });
    if (rows.length > 0) yield rows;
    if (rows.length < READ_AT_ONCE) return;
    after = rows.at(-1)!.customerId;
  }
}
