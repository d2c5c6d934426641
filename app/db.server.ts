import { Prisma, PrismaClient } from '@prisma/client';
import { Pool, type PoolClient, type QueryResult } from 'pg';
import { CommitUnknown, mayRunAgain, runAgain } from './database-errors.server.ts';
import { ANY_TIME, BESIDE_OTHERS, entering, TRY_ALONE, untilAlone } from './enter-shop.server.ts';
import { env } from './env.server.ts';
import { fenceOf, fenceQuery, fenceStatement, LeaseLost } from './lease-fence.server.ts';
import { pgTypes } from './pg-types.server.ts';
import { ReturningAdapter } from './prisma-adapter.server.ts';
import { transactionOn } from './shop-transaction.server.ts';

/** Upper bounds of one statement and of a silent transaction, in milliseconds; loads raise the first. */
const STATEMENT_MS = 60_000;
const IDLE_MS = 300_000;
const CONNECTIONS = 10;
/** Leases are renewed beside the work they guard, so they never wait for a connection that the work holds. */
const LEASE_CONNECTIONS = 2;

type Connections = { pool: Pool; leases: Pool; prisma: PrismaClient };
// Remix's development server loads this module again on each edit; the connections must outlive that.
const kept = globalThis as { rekindleConnections?: Connections };

function connect(): Connections {
  const pool = newPool(CONNECTIONS);
  const prisma = new PrismaClient({ adapter: new ReturningAdapter(pool), log: [] });
  return { pool, leases: newPool(LEASE_CONNECTIONS), prisma };
}

function newPool(max: number): Pool {
  const pool = new Pool({
    connectionString: env.DATABASE_URL,
    max,
    connectionTimeoutMillis: 10_000,
    // The adapter reads and writes timestamptz as if the connection were in UTC.
    options: `-c timezone=UTC -c statement_timeout=${STATEMENT_MS} -c idle_in_transaction_session_timeout=${IDLE_MS}`,
    application_name: 'rekindle',
    types: pgTypes,
  });
  // An idle connection that breaks is replaced by the pool; without a listener Node would exit.
  pool.on('error', () => undefined);
  return pool;
}

function connections(): Connections {
  return (kept.rekindleConnections ??= connect());
}

/**
 * One Prisma transaction that sees and changes rows of `shopId` only. Run again (up to six times) after a
 * lost connection, a deadlock or a serialization failure, so `work` must touch nothing but the database.
 * @throws LeaseLost under a lease that is gone, CommitUnknown when the answer to the commit was lost
 */
export function inShop<T>(shopId: number, work: (db: Prisma.TransactionClient) => Promise<T>): Promise<T> {
  const lease = fenceOf(shopId);
  return runAgain(async () => {
    let committing = false;
    try {
      return await connections().prisma.$transaction(
        async (db) => {
          await db.$queryRawUnsafe(BESIDE_OTHERS.enter, String(shopId));
          const result = await work(db);
          if (lease !== undefined) {
            const { text, values } = fenceQuery(lease, true);
            const rows = await db.$queryRawUnsafe<unknown[]>(text, ...values);
            if (rows.length !== 1) throw new LeaseLost(lease);
          }
          committing = true;
          return result;
        },
        { maxWait: 10_000, timeout: STATEMENT_MS },
      );
    } catch (error) {
      if (committing && mayRunAgain(error)) throw new CommitUnknown(error);
      throw error;
    }
  });
}

/**
 * One transaction on a plain connection that sees and changes rows of `shopId` only: for COPY and set-based
 * SQL. int8 arrives as number, timestamptz as epoch milliseconds, date as days since 1970-01-01. Opening is
 * tried again after a lost connection; `work` runs once, since it may consume a stream.
 * @throws LeaseLost under a lease that is gone, CommitUnknown when the answer to the commit was lost
 */
export function sqlInShop<T>(shopId: number, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return transactionOn(connections().pool, shopId, BESIDE_OTHERS, fenceOf(shopId), work);
}

/** A text in quotes, or the place of the shop's id outside of one. */
const QUOTED_OR_SHOP = /'(?:[^']|'')*'|\$1\b/g;

/**
 * Rows of `shopId` that one statement reads, in one message with the transaction around it: each answer that is waited
 * for costs time. It may be carried out twice when its answer is lost.
 * @param statement reads only; $1 stands for the shop's id, and there are no other parameters
 * @throws LeaseLost under a lease that is gone
 */
export async function readInShop<T extends object>(shopId: number, statement: string): Promise<T[]> {
  const lease = fenceOf(shopId);
  const look = lease === undefined ? 'select 1' : fenceStatement(lease);
  const read = statement.replace(QUOTED_OR_SHOP, (part) => (part === '$1' ? `'${shopId}'` : part));
  const message = `${entering(BESIDE_OTHERS, shopId)}; ${look}; ${read}; commit`;
  const results = (await runAgain(() => connections().pool.query(message))) as unknown as QueryResult<T>[];
  if (lease !== undefined && results.at(-3)?.rowCount !== 1) throw new LeaseLost(lease);
  return results.at(-2)?.rows ?? [];
}

/**
 * One statement of a shop as a transaction of its own, in one message, on a connection that only leases use. It may be
 * carried out twice when its answer is lost.
 * @param statement without parameters
 */
export async function leaseInShop<T>(shopId: number, statement: string): Promise<T[]> {
  const message = `${entering(ANY_TIME, shopId)}; ${statement}; commit`;
  const results = (await runAgain(() => connections().leases.query(message))) as unknown as QueryResult[];
  return (results.at(-2)?.rows ?? []) as T[];
}

/**
 * One transaction like `sqlInShop` during which no other one of the shop is under way: what it takes away cannot be
 * put back by one that read it before. The others never wait for it to begin. Null when one of them (a long load) was
 * under way at every try: come again later.
 */
export function aloneInShop<T>(shopId: number, work: (client: PoolClient) => Promise<T>): Promise<T | null> {
  return untilAlone(() =>
    transactionOn(connections().pool, shopId, ANY_TIME, undefined, async (client) => {
      const { rows } = await client.query<{ alone: boolean }>(TRY_ALONE, [String(shopId)]);
      return rows[0]?.alone === true ? { result: await work(client) } : null;
    }),
  );
}

/** A shop as stored. Instants are epoch milliseconds. */
export type ShopRow = {
  id: number;
  /** myshopify.com domain */
  domain: string;
  /** Shopify's numeric shop id, null until the first Admin API answer */
  shopifyId: number | null;
  /** grows by one on each install; work of an older generation is dropped */
  generation: number;
  installedAt: number;
  uninstalledAt: number | null;
  parkedReason: string | null;
  parkedAt: number | null;
  scopes: string[];
  currency: string | null;
  timeZone: string | null;
  shopCreatedAt: number | null;
  /** API points that come back per second and that may be saved up, null until Shopify told */
  restoreRate: number | null;
  bucketSize: number | null;
  /** since when Shopify does not answer, null while it does */
  unreachableSince: number | null;
  /** the job that was given up last and why; null once it worked again */
  givenUpJob: string | null;
  givenUpReason: string | null;
  givenUpAt: number | null;
};

const SHOP = `select shop_id as id, domain, shopify_id as "shopifyId", generation, installed_at as "installedAt",
  uninstalled_at as "uninstalledAt", parked_reason as "parkedReason", parked_at as "parkedAt", scopes, currency,
  time_zone as "timeZone", shop_created_at as "shopCreatedAt", restore_rate as "restoreRate",
  bucket_size as "bucketSize", unreachable_since as "unreachableSince", given_up_job as "givenUpJob",
  given_up_reason as "givenUpReason", given_up_at as "givenUpAt" from shops`;

/**
 * The few reads across shops, as the role that owns the tables: row level security lets it read and add
 * `shops` and nothing else. The one place where a shop is looked up before it is known.
 */
export const directory = {
  /** The shop with this myshopify.com domain, installed or not, or null. */
  async shopByDomain(domain: string): Promise<ShopRow | null> {
    return (await shops(`${SHOP} where domain = $1`, [domain]))[0] ?? null;
  },
  async shopById(id: number): Promise<ShopRow | null> {
    return (await shops(`${SHOP} where shop_id = $1`, [id]))[0] ?? null;
  },
  /** Every installed shop whose background work is not parked. */
  openShops(): Promise<ShopRow[]> {
    return shops(`${SHOP} where uninstalled_at is null and parked_reason is null order by shop_id`, []);
  },
  /** Every installed shop, not parked, for whose campaigns there is something to do that was not given up. */
  shopsWithCampaigns(): Promise<ShopRow[]> {
    return shops(
      `${SHOP} where campaigns_at <= clock_timestamp() and uninstalled_at is null and parked_reason is null
         and given_up_job is distinct from 'run-campaigns' order by shop_id`,
      [],
    );
  },
  /** Every shop, open or not, whose old data was not removed for a day. */
  untidyShops(): Promise<ShopRow[]> {
    return shops(`${SHOP} where tidied_at is null or tidied_at < clock_timestamp() - interval '1 day'`, []);
  },
  /** Makes sure that `domain` has a row and returns it. */
  async addShop(domain: string): Promise<ShopRow> {
    await shops('insert into shops (domain) values ($1) on conflict (domain) do nothing', [domain]);
    const shop = await this.shopByDomain(domain);
    if (shop === null) throw new Error('A shop that was just added is not there');
    return shop;
  },
};

async function shops(text: string, values: unknown[]): Promise<ShopRow[]> {
  return (await runAgain(() => connections().pool.query<ShopRow>(text, values))).rows;
}

/**
 * The database's instant in epoch milliseconds: for everything that is stored now and compared later. This host's
 * own clock may jump, and differs from other hosts'.
 */
export async function databaseNow(): Promise<number> {
  const { rows } = await runAgain(() =>
    connections().pool.query<{ now: number }>('select clock_timestamp() as now'),
  );
  return rows[0]?.now ?? 0;
}

/** Whether the database answers; for the health route. */
export async function databaseAnswers(): Promise<boolean> {
  return connections()
    .pool.query('select 1')
    .then(() => true)
    .catch(() => false);
}

/** Ends every connection; the next use would open new ones. */
export async function closeDatabase(): Promise<void> {
  const open = kept.rekindleConnections;
  delete kept.rekindleConnections;
  await open?.prisma.$disconnect();
  await open?.pool.end();
  await open?.leases.end();
}
