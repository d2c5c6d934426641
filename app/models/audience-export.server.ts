import { sqlInShop } from '#app/db.server.ts';
import { noteAccess } from './access-log.server.ts';
import { audienceSql, type Audience } from './audience.server.ts';
import type { ExportedMember } from './members-export.server.ts';

/** Customers read in one transaction, so that a slow download keeps no connection from others. */
const READ_AT_ONCE = 5_000;

/** Notes that a member of staff takes out an audience, with everybody who is in it now. */
export async function noteAudienceExport(shopId: number, userId: number, audience: Audience): Promise<void> {
  const { from, where, values } = audienceSql(shopId, audience);
  await sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `select s.customer_id as id from ${from} where ${where} order by s.customer_id`,
      values,
    );
    await noteAccess(
      client,
      shopId,
      userId,
      'export',
      rows.map(({ id }) => id),
    );
  });
}

/** Everybody of an audience in the order of ids, in portions. Who comes or goes meanwhile may be in it or not. */
export async function* exportedAudience(
  shopId: number,
  audience: Audience,
): AsyncGenerator<ExportedMember[], void> {
  const { from, where, values } = audienceSql(shopId, audience);
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
