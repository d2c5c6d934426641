import type { PoolClient } from 'pg';
import { readInShop, sqlInShop } from '#app/db.server.ts';

/** By which server a shop sends, and as whom. */
export type MailChoice = {
  host: string;
  port: number;
  security: 'tls' | 'starttls' | 'none';
  username: string | null;
  fromName: string;
  fromAddress: string;
  replyTo: string | null;
  /** the shop's own address, shown below every message */
  postal: string;
  /** messages within sixty minutes */
  perHour: number;
  /** hours between which nothing is sent, null = sent at any hour */
  quietFrom: number | null;
  quietUntil: number | null;
};

/** The stored choice and how it stands with the server. Instants are epoch milliseconds. */
export type MailSettings = MailChoice & {
  version: number;
  /** sealed, null = none */
  password: string | null;
  verifiedAt: number | null;
  codeSentAt: number | null;
  failures: number;
  closedUntil: number | null;
  problem: string | null;
  problemAt: number | null;
};

const SETTINGS = `select version, host, port, security, username, password, from_name as "fromName",
    from_address as "fromAddress", reply_to as "replyTo", postal, per_hour as "perHour", quiet_from as "quietFrom",
    quiet_until as "quietUntil", verified_at as "verifiedAt", code_sent_at as "codeSentAt", failures,
    closed_until as "closedUntil", problem, problem_at as "problemAt"
  from mail_settings where shop_id = $1`;

/** How a shop sends, null when it never said. */
export async function mailSettings(shopId: number): Promise<MailSettings | null> {
  return (await readInShop<MailSettings>(shopId, SETTINGS))[0] ?? null;
}

/** Whether campaigns may send as things stand. */
export function mayMail(shopId: number): Promise<boolean> {
  return sqlInShop(shopId, (client) => senderVerified(client, shopId));
}

/** The same in the transaction that lets them: a sender was set up, and its code typed in. */
export async function senderVerified(client: PoolClient, shopId: number): Promise<boolean> {
  const { rowCount } = await client.query(
    'select from mail_settings where shop_id = $1 and verified_at is not null',
    [shopId],
  );
  return rowCount === 1;
}

/**
 * Stores the choice. Whoever sends by another server, or as somebody else, has to be verified anew.
 * @param version of what was seen, 0 = nothing was stored
 * @param password sealed; undefined leaves the stored one, null takes it away
 * @returns false when somebody else changed it since
 */
export function saveMailSettings(
  shopId: number,
  version: number,
  choice: MailChoice,
  password: string | null | undefined,
): Promise<boolean> {
  const values = [
    choice.host,
    choice.port,
    choice.security,
    choice.username,
    choice.fromName,
    choice.fromAddress,
    choice.replyTo,
    choice.postal,
    choice.perHour,
    choice.quietFrom,
    choice.quietUntil,
  ];
  return sqlInShop(shopId, async (client) => {
    if (version === 0) {
      const { rowCount } = await client.query(
        `insert into mail_settings (shop_id, host, port, security, username, from_name, from_address, reply_to, postal,
           per_hour, quiet_from, quiet_until, password)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing`,
        [shopId, ...values, password ?? null],
      );
      return rowCount === 1;
    }
    const { rowCount } = await client.query(
      `update mail_settings set version = version + 1, host = $2, port = $3, security = $4, username = $5, from_name = $6,
         from_address = $7, reply_to = $8, postal = $9, per_hour = $10, quiet_from = $11, quiet_until = $12,
         password = case when $14 then $13 else password end,
         verified_at = case when (host, port, security, from_address) = ($2, $3, $4, $7)
           and username is not distinct from $5 and not $14 then verified_at end,
         code_hash = null, failures = 0, closed_until = null, problem = null, problem_at = null
       where shop_id = $1 and version = $15`,
      [shopId, ...values, password ?? null, password !== undefined, version],
    );
    return rowCount === 1;
  });
}

/** Notes the mark of the code that a test mail carries. */
export async function noteCode(shopId: number, version: number, mark: Buffer): Promise<boolean> {
  return sqlInShop(shopId, async (client) => {
    const { rowCount } = await client.query(
      `update mail_settings set code_hash = $3, code_sent_at = clock_timestamp(), code_tries = 0
       where shop_id = $1 and version = $2`,
      [shopId, version, mark],
    );
    return rowCount === 1;
  });
}

/** How long a code holds, in minutes, and how often a wrong one may be typed in. */
const [CODE_MINUTES, CODE_TRIES] = [30, 5];

/** Verifies the sender when `mark` is the code's; a code is good once. */
export function tryCode(shopId: number, mark: Buffer): Promise<'verified' | 'wrong' | 'no-code'> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ right: boolean; holds: boolean }>(
      `select coalesce(code_hash = $2, false) as right, code_hash is not null and code_tries < $3
         and code_sent_at > clock_timestamp() - make_interval(mins => $4) as holds
       from mail_settings where shop_id = $1 for update`,
      [shopId, mark, CODE_TRIES, CODE_MINUTES],
    );
    if (rows[0]?.holds !== true) return 'no-code';
    await client.query(
      rows[0].right
        ? `update mail_settings set verified_at = clock_timestamp(), code_hash = null, failures = 0, closed_until = null,
             problem = null, problem_at = null where shop_id = $1`
        : 'update mail_settings set code_tries = code_tries + 1 where shop_id = $1',
      [shopId],
    );
    return rows[0].right ? 'verified' : 'wrong';
  });
}

/** Failures in a row after which the server is left alone, and for how many minutes at first and at most. */
const [FAILURES, FIRST_MINUTES, MOST_MINUTES] = [3, 5, 120];

/**
 * Notes that the server could not be used, or refused one message after another. From the third time on it is left
 * alone for a while, twice as long each time.
 * @param problem a word of ours and the server's number; none of its own words, which may name a customer
 * @param atOnce it is left alone from the first time on
 */
export async function noteMailProblem(shopId: number, problem: string, atOnce = false): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `update mail_settings set failures = n, problem = $2, problem_at = clock_timestamp(),
         closed_until = case when n >= $3 then clock_timestamp()
           + make_interval(mins => least($5, $4 * (2 ^ least(n - $3, 10))::int)) end
       from (select case when $6 then greatest(failures + 1, $3) else failures + 1 end as n
         from mail_settings where shop_id = $1) f
       where shop_id = $1`,
      [shopId, problem, FAILURES, FIRST_MINUTES, MOST_MINUTES, atOnce],
    ),
  );
}

/** Notes that the server took a message. */
export async function noteMailWorks(shopId: number): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      'update mail_settings set failures = 0, closed_until = null where shop_id = $1 and (failures > 0 or closed_until is not null)',
      [shopId],
    ),
  );
}

/** Gives turns back that were taken and came to no attempt. */
export async function giveTurnsBack(shopId: number, turns: number): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `update mail_minutes set sent = greatest(0, sent - $2)
       where shop_id = $1 and minute = (select max(minute) from mail_minutes where shop_id = $1)`,
      [shopId, turns],
    ),
  );
}

/**
 * Takes turns for messages, as many as the hour still lets through; whoever tries to send uses one up, whatever becomes
 * of the message.
 * @returns how many, at most `wanted`
 */
export function takeMailTurns(shopId: number, wanted: number): Promise<number> {
  return sqlInShop(shopId, async (client) => {
    const perHour = await lockedRate(client, shopId);
    const { rows } = await client.query<{ sent: number }>(
      `select coalesce(sum(sent), 0)::int as sent from mail_minutes
       where shop_id = $1 and minute > clock_timestamp() - interval '60 minutes'`,
      [shopId],
    );
    const taken = Math.max(0, Math.min(wanted, perHour - (rows[0]?.sent ?? 0)));
    if (taken > 0) {
      await client.query(
        `insert into mail_minutes (shop_id, minute, sent)
         values ($1, date_trunc('minute', clock_timestamp()) + interval '1 minute', $2)
         on conflict (shop_id, minute) do update set sent = mail_minutes.sent + excluded.sent`,
        [shopId, taken],
      );
    }
    return taken;
  });
}

/** How many messages were handed over within the last sixty minutes. */
export async function mailedLately(shopId: number): Promise<number> {
  const [row] = await readInShop<{ sent: number }>(
    shopId,
    `select coalesce(sum(sent), 0)::int as sent from mail_minutes
     where shop_id = $1 and minute > clock_timestamp() - interval '60 minutes'`,
  );
  return row?.sent ?? 0;
}

/** One worker after another: each sees what the other took. */
async function lockedRate(client: PoolClient, shopId: number): Promise<number> {
  const { rows } = await client.query<{ rate: number }>(
    'select per_hour as rate from mail_settings where shop_id = $1 for update',
    [shopId],
  );
  return rows[0]?.rate ?? 0;
}
