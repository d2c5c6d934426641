import { sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import type { SegmentSlug } from '#app/rfm/schemes.ts';
import { noteAccess } from './access-log.server.ts';
import { filterOf, type MemberGroup, type MemberRow } from './members.server.ts';

/** A customer as it stands in an export. */
export type ExportedMember = MemberRow & {
  previousSegment: SegmentSlug | null;
  /** day of the last change of scores or segment */
  since: Day;
};

/** Customers read in one transaction, so that a slow download keeps no connection from others. */
const READ_AT_ONCE = 5_000;

/** Notes that a member of staff takes out a group, with everybody who is in it now. */
export async function noteExport(shopId: number, userId: number, group: MemberGroup): Promise<void> {
  await sqlInShop(shopId, async (client) => {
    const [filter, values] = filterOf(group);
    const { rows } = await client.query<{ id: number }>(
      `select customer_id as id from scores where shop_id = $1 and customer_id > $2 and ${filter} order by customer_id`,
      [shopId, 0, ...values],
    );
    const ids = rows.map(({ id }) => id);
    await noteAccess(client, shopId, userId, 'export', ids);
  });
}

/** Everybody of a group in the order of ids, in portions. Who comes or goes meanwhile may be in it or not. */
export async function* exportedMembers(
  shopId: number,
  group: MemberGroup,
): AsyncGenerator<ExportedMember[], void> {
  const [filter, values] = filterOf(group);
  for (let after = 0; ;) {
    const rows = await sqlInShop(shopId, async (client) => {
      const result = await client.query<ExportedMember>(
        `select customer_id as "customerId", last_order_day as "lastOrderDay", frequency, monetary, r, f, m, segment,
           previous_segment as "previousSegment", since
         from scores where shop_id = $1 and customer_id > $2 and ${filter} order by customer_id
         limit ${READ_AT_ONCE}`,
        [shopId, after, ...values],
      );
      return result.rows;
    });
    if (rows.length > 0) yield rows;
    if (rows.length < READ_AT_ONCE) return;
    after = rows.at(-1)!.customerId;
  }
}
