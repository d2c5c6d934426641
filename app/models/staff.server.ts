import type { PoolClient } from 'pg';
import { readInShop, sqlInShop } from '#app/db.server.ts';

export type Role = 'manager' | 'staff';

/** Someone of the shop who opened the app. Shopify's numeric user id stands for them; no name is stored. */
export type StaffMember = {
  userId: number;
  role: Role;
  /** As Shopify said when this person last signed in; an account owner may do everything, whatever the role. */
  accountOwner: boolean;
  /** epoch milliseconds */
  firstSeenAt: number;
  /** epoch milliseconds, to the hour */
  lastSeenAt: number;
};

const MEMBER = `user_id as "userId", role, account_owner as "accountOwner", first_seen_at as "firstSeenAt",
  last_seen_at as "lastSeenAt"`;

/**
 * Who the signed-in user is in this shop, noted as seen. The first one of an install is a manager, everybody after
 * that is staff until a manager says otherwise.
 */
export async function seeStaff(shopId: number, userId: number, accountOwner: boolean): Promise<StaffMember> {
  const [member] = await readInShop<StaffMember>(
    shopId,
    `select ${MEMBER} from staff where shop_id = $1 and user_id = '${Number(userId)}' and account_owner = ${accountOwner}
       and last_seen_at > now() - interval '1 hour'`,
  );
  return member ?? sqlInShop(shopId, (client) => noteSeen(client, shopId, userId, accountOwner));
}

/** Everybody of the shop who opened the app, in the order they first did. */
export function staffOf(shopId: number): Promise<StaffMember[]> {
  return readInShop(shopId, `select ${MEMBER} from staff where shop_id = $1 order by first_seen_at, user_id`);
}

/**
 * Changes somebody's role. 'last-manager' when nobody who may manage would be left (an account owner always may);
 * 'unknown' when this person never opened the app in this shop.
 */
export function changeRole(
  shopId: number,
  userId: number,
  role: Role,
): Promise<'changed' | 'last-manager' | 'unknown'> {
  return sqlInShop(shopId, async (client) => {
    await alone(client, shopId);
    const { rows } = await client.query<{ others: boolean }>(
      `select exists (select from staff where shop_id = $1 and (account_owner or role = 'manager' and user_id <> $2))
         as others from staff where shop_id = $1 and user_id = $2`,
      [shopId, userId],
    );
    if (rows[0] === undefined) return 'unknown';
    if (role !== 'manager' && !rows[0].others) return 'last-manager';
    await client.query('update staff set role = $3 where shop_id = $1 and user_id = $2', [
      shopId,
      userId,
      role,
    ]);
    return 'changed';
  });
}

async function noteSeen(
  client: PoolClient,
  shopId: number,
  userId: number,
  accountOwner: boolean,
): Promise<StaffMember> {
  await alone(client, shopId);
  const { rows } = await client.query<StaffMember>(
    `insert into staff (shop_id, user_id, account_owner, role)
     select $1, $2, $3, case when exists (select from staff where shop_id = $1) then 'staff' else 'manager' end
     on conflict (shop_id, user_id)
       do update set account_owner = excluded.account_owner, last_seen_at = clock_timestamp()
     returning ${MEMBER}`,
    [shopId, userId, accountOwner],
  );
  if (rows[0] === undefined) throw new Error('A staff member who was just noted is not there');
  return rows[0];
}

/** Of two first users at once, one is the first; of two managers who make each other staff, one stays. */
async function alone(client: PoolClient, shopId: number): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended('staff', $1))`, [shopId]);
}
