import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';
import type { Unsettled, WriteKind } from '#app/rfm/write-plan.ts';

type Gathered = { added: string[]; removed: string[]; segment: boolean; profile: boolean };

const UNSETTLED = `select w.customer_id as "customerId", w.kind, w.value from`;
const BY_CUSTOMER = 'order by w.customer_id, w.id';

/**
 * What ended write-backs sent to each customer without an answer: it may have arrived. To be read while no
 * write-back is open.
 * @param customers of whom, null = everyone
 */
export async function unsettledWrites(
  client: PoolClient,
  shopId: number,
  customers: readonly number[] | null,
): Promise<Map<number, Unsettled>> {
  type Row = { customerId: number; kind: WriteKind; value: string };
  const { rows } =
    customers === null
      ? // Run by run, because that is how the journal's index finds them.
        await client.query<Row>(
          `${UNSETTLED} write_runs r, writes w where r.shop_id = $1 and w.shop_id = $1 and w.run_id = r.id
             and w.state = 'sent' ${BY_CUSTOMER}`,
          [shopId],
        )
      : await client.query<Row>(
          `${UNSETTLED} writes w where w.shop_id = $1 and w.customer_id = any($2) and w.state = 'sent' ${BY_CUSTOMER}`,
          [shopId, customers],
        );
  const found = new Map<number, Gathered>();
  for (const { customerId, kind, value } of rows) {
    const one = found.get(customerId) ?? { added: [], removed: [], segment: false, profile: false };
    found.set(customerId, one);
    const tags = kind === 'tag-add' ? one.added : kind === 'tag-remove' ? one.removed : null;
    if (tags?.includes(value) === false) tags.push(value);
    if (kind === 'segment-set' || kind === 'segment-delete') one.segment = true;
    if (kind === 'profile-set' || kind === 'profile-delete') one.profile = true;
  }
  return found;
}

/**
 * Closes what earlier write-backs than `runId` left unsettled, once that one has written all of it again. Of those to
 * whom nothing is written it did not.
 */
export async function closeUnsettled(shopId: number, runId: number): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `update writes w set state = 'failed'
       from write_runs r where r.shop_id = $1 and r.id < $2 and w.shop_id = $1 and w.run_id = r.id and w.state = 'sent'
         and not exists (select from write_holds h where h.shop_id = $1 and h.customer_id = w.customer_id)`,
      [shopId, runId],
    ),
  );
}

/** Notes for writing whoever a write-back that failed was to write and did not, as far as is known. */
export async function noteUnsettled(shopId: number, runId: number): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `insert into pending (shop_id, kind, id)
       select $1, 'write', customer_id from writes where shop_id = $1 and run_id = $2 and state in ('planned', 'sent')
       group by customer_id order by customer_id
       on conflict (shop_id, kind, id) do update set begun = false, not_before = null
       where pending.begun or pending.not_before is not null`,
      [shopId, runId],
    ),
  );
}
