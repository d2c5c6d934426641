import { Client } from 'pg';
import { env } from '#app/env.server.ts';
import { pgTypes } from '#app/pg-types.server.ts';

/** A look across shops that takes longer than this many milliseconds is given up. */
const LONGEST_MS = 5_000;

/** Numbers over all shops together: nothing in them tells one shop from another. Ages are seconds. */
export type Totals = {
  inboxWaiting: number;
  inboxOldestSeconds: number;
  /** by kind: 'score', 'write', 'customer', 'details' */
  pending: { kind: string; waiting: number; oldestSeconds: number }[];
  shopsInstalled: number;
  shopsParked: number;
  shopsUnreachable: number;
  shopsWithWorkGivenUp: number;
  /** Shopify has told of no order for unusually long */
  shopsSilent: number;
  /** Shopify answers by another API version than `version` */
  shopsOnOtherVersion: number;
  pointsToday: number;
  /** looks of the last 24 hours, by kind */
  drift: { kind: string; lookedAt: number; drift: number }[];
  importsRunning: number;
  writeBacksRunning: number;
};

const COUNTS = `
  select
    (select count(*) from inbox where handled_at is null) as "inboxWaiting",
    (select coalesce(extract(epoch from clock_timestamp() - min(received_at)), 0)::float8 from inbox
      where handled_at is null) as "inboxOldestSeconds",
    s.*,
    (select count(*) from shops o cross join lateral (
       select r.detail from reconciliations r where r.shop_id = o.shop_id and r.kind = 'recent'
       order by r.id desc limit 1) l
     where o.uninstalled_at is null and l.detail ->> 'silentSince' is not null) as "shopsSilent",
    (select count(*) from imports where phase not in ('done', 'failed')) as "importsRunning",
    (select count(*) from write_runs where state in ('planned', 'sending', 'stopping')) as "writeBacksRunning"
  from (select count(*) as "shopsInstalled",
      count(*) filter (where parked_reason is not null) as "shopsParked",
      count(*) filter (where unreachable_since is not null) as "shopsUnreachable",
      count(*) filter (where given_up_job is not null) as "shopsWithWorkGivenUp",
      count(*) filter (where answered_version <> $1) as "shopsOnOtherVersion",
      coalesce(sum(spent_points) filter (where spent_day >= current_date - 1), 0)::int8 as "pointsToday"
    from shops where uninstalled_at is null) s`;

const PENDING = `select kind, count(*) as waiting,
    extract(epoch from clock_timestamp() - min(since))::float8 as "oldestSeconds"
  from pending where not_before is null group by kind order by kind`;

const DRIFT = `select kind, sum(looked_at)::int8 as "lookedAt", sum(drift)::int8 as drift from reconciliations
  where started_at > clock_timestamp() - interval '24 hours' group by kind order by kind`;

/**
 * Counts over all shops, as a role that sees numbers and instants only.
 * @param version the API version shops should be answered by
 * @throws Error when the database is away or busy
 */
export async function readTotals(version: string): Promise<Totals> {
  const client = new Client({
    connectionString: env.DATABASE_URL,
    connectionTimeoutMillis: LONGEST_MS,
    query_timeout: LONGEST_MS,
    options: `-c timezone=UTC -c role=rekindle_metrics -c statement_timeout=${LONGEST_MS}`,
    application_name: 'rekindle-metrics',
    types: pgTypes,
  });
  // Also when it breaks later: the query that waits for it is told.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows: counts } = await client.query<Omit<Totals, 'pending' | 'drift'>>(COUNTS, [version]);
    const { rows: pending } = await client.query<Totals['pending'][number]>(PENDING);
    const { rows: drift } = await client.query<Totals['drift'][number]>(DRIFT);
    return { ...(counts[0] as Omit<Totals, 'pending' | 'drift'>), pending, drift };
  } finally {
    await client.end();
  }
}
