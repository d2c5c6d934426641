import type { PoolClient } from 'pg';
import { runAgain } from '#app/database-errors.server.ts';
import { sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';

/** What staff note about a customer; people are Shopify's staff user ids. */
export type CustomerCare = {
  /** Grows by one with each change, 0 when nothing was ever noted. */
  version: number;
  assignedTo: number | null;
  /** On this day of the shop's zone the customer is to do again. */
  laterUntil: Day | null;
  laterBy: number | null;
  contactedOn: Day | null;
  contactedBy: number | null;
  note: string | null;
  noteBy: number | null;
  /** epoch milliseconds */
  noteAt: number | null;
};

/** One thing that is set, or cleared with null. */
export type CareChange =
  | { what: 'assigned'; value: number | null }
  | { what: 'later'; value: Day | null }
  | { what: 'contacted'; value: Day | null }
  | { what: 'note'; value: string | null };

/** A customer, and the version of what was noted about it that the person who changes it saw. */
export type SeenCare = { customerId: number; version: number };

/** What became of a change. */
export type CareSaved = {
  /** Customers for whom it stands now. */
  saved: number;
  /** Of them those for whom somebody else had set it since it was seen: the change stands over theirs. */
  over: { customerId: number; by: number }[];
};

/** The columns of each thing that can be set; `value` as SQL that takes $3. */
const COLUMNS = {
  assigned: { column: 'assigned_to', value: '$3::int8', also: '' },
  later: { column: 'later_until', value: `date '1970-01-01' + $3::int4`, also: '' },
  contacted: { column: 'contacted_on', value: `date '1970-01-01' + $3::int4`, also: '' },
  note: { column: 'note', value: '$3::text', also: ', note_at = clock_timestamp()' },
} as const;

/** The columns of CustomerCare, of the table under the alias `w`, which may have no row. */
export const CARE = `coalesce(w.version, 0) as version, w.assigned_to as "assignedTo", w.later_until as "laterUntil",
  w.later_by as "laterBy", w.contacted_on as "contactedOn", w.contacted_by as "contactedBy", w.note, w.note_by as "noteBy",
  w.note_at as "noteAt"`;

/** What is noted about a customer. */
export async function customerCare(shopId: number, customerId: number): Promise<CustomerCare> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<CustomerCare>(
      `select ${CARE} from (select $2::int8 as id) c
       left join customer_care w on w.shop_id = $1 and w.customer_id = c.id`,
      [shopId, customerId],
    );
    return rows[0]!;
  });
}

/**
 * Sets one thing for some customers, by `userId`. Of two people at once the last one wins, and hears whose it replaced.
 * Saying the same again changes nothing. Customers the shop does not have, or has no more, are passed over.
 */
export function saveCare(
  shopId: number,
  userId: number,
  seen: readonly SeenCare[],
  change: CareChange,
): Promise<CareSaved> {
  return runAgain(() => sqlInShop(shopId, (client) => save(client, shopId, userId, seen, change)));
}

async function save(
  client: PoolClient,
  shopId: number,
  userId: number,
  seen: readonly SeenCare[],
  { what, value }: CareChange,
): Promise<CareSaved> {
  const { column, value: stored, also } = COLUMNS[what];
  const seenVersion = new Map(seen.map(({ customerId, version }) => [customerId, version]));
  // Held until the end, so that nothing is noted about a customer who is being removed.
  const { rows: there } = await client.query<{ id: number }>(
    `select customer_id as id from scores where shop_id = $1 and customer_id = any($2::int8[])
     order by customer_id for key share`,
    [shopId, [...seenVersion.keys()]],
  );
  const ids = there.map(({ id }) => id);
  if (value !== null) {
    await client.query(
      `insert into customer_care (shop_id, customer_id) select $1, id from unnest($2::int8[]) id order by id
       on conflict do nothing`,
      [shopId, ids],
    );
  }
  const { rows } = await client.query<{
    customerId: number;
    value: string | number | null;
    by: number | null;
    setIn: number;
  }>(
    `select customer_id as "customerId", ${column} as value, ${what}_by as by, ${what}_in as "setIn"
     from customer_care where shop_id = $1 and customer_id = any($2) order by customer_id for update`,
    [shopId, ids],
  );
  const differing = rows.filter((row) => row.value !== value);
  await client.query(
    `update customer_care set version = version + 1, ${column} = ${stored}, ${what}_by = $4, ${what}_in = version + 1
       ${also}
     where shop_id = $1 and customer_id = any($2)`,
    [shopId, differing.map(({ customerId }) => customerId), value, userId],
  );
  const over = differing.flatMap(({ customerId, by, setIn }) =>
    by !== null && by !== userId && setIn > (seenVersion.get(customerId) ?? 0) ? [{ customerId, by }] : [],
  );
  return { saved: ids.length, over };
}

/**
 * Before a customer is removed that was merged into another one: what was noted about it is now about the one that
 * stays, as far as nothing is noted there. Of two notes both are kept, up to 500 characters.
 */
export async function mergeCare(
  client: PoolClient,
  shopId: number,
  goneId: number,
  keptId: number,
): Promise<void> {
  const either = (column: string, what: string): string =>
    `${column} = coalesce(w.${column}, excluded.${column}),
     ${what}_by = case when w.${column} is null then excluded.${what}_by else w.${what}_by end,
     ${what}_in = case when w.${column} is null and excluded.${column} is not null then w.version + 1
       else w.${what}_in end`;
  await client.query(
    `insert into customer_care as w (shop_id, customer_id, version, assigned_to, assigned_by, assigned_in, later_until,
       later_by, later_in, contacted_on, contacted_by, contacted_in, note, note_by, note_at, note_in)
     select shop_id, $3, version, assigned_to, assigned_by, version, later_until, later_by, version, contacted_on,
       contacted_by, version, note, note_by, note_at, version
     from customer_care where shop_id = $1 and customer_id = $2
     on conflict (shop_id, customer_id) do update set version = w.version + 1,
       ${either('assigned_to', 'assigned')}, ${either('later_until', 'later')},
       contacted_on = greatest(w.contacted_on, excluded.contacted_on),
       contacted_by = case when w.contacted_on >= excluded.contacted_on or excluded.contacted_on is null
         then w.contacted_by else excluded.contacted_by end,
       contacted_in = case when w.contacted_on >= excluded.contacted_on or excluded.contacted_on is null
         then w.contacted_in else w.version + 1 end,
       note = nullif(left(concat_ws(E'\\n', w.note, excluded.note), 500), ''),
       note_in = case when excluded.note is null then w.note_in else w.version + 1 end,
       note_by = coalesce(w.note_by, excluded.note_by), note_at = coalesce(w.note_at, excluded.note_at)`,
    [shopId, goneId, keptId],
  );
}
