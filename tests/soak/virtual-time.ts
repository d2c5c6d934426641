import { Client, type Pool } from 'pg';
import { PgBoss } from 'pg-boss';

/** Time as the whole round lives in it: this process, its stand-in of Shopify and the database leap together. */
export type VirtualTime = {
  /** Epoch milliseconds of everybody but a host whose clock is wrong. */
  now(): number;
  /** Moves everybody to `at`; time never goes back within a round. */
  leapTo(at: number): Promise<void>;
  /** From now on the clock of this process, and of nobody else, is wrong by `ms`. */
  hostWrongBy(ms: number): void;
  /** Called after every leap and change of the host's clock with what this process's clock is wrong by. */
  follow(moved: (wrongBy: number) => void): void;
};

// Unqualified now() and clock_timestamp() of any session of the database find these first.
const BENT = `create schema if not exists bent;
  create table if not exists bent.clock (ahead interval not null);
  delete from bent.clock;
  insert into bent.clock values ('0');
  create or replace function bent.now() returns timestamptz language sql stable as
    'select pg_catalog.now() + ahead from bent.clock';
  create or replace function bent.clock_timestamp() returns timestamptz language sql volatile as
    'select pg_catalog.clock_timestamp() + ahead from bent.clock';
  grant usage on schema bent to public;
  grant select on bent.clock to public`;

// The queue's clock names the one of pg_catalog.
const QUEUE_CLOCK = `create or replace function pgboss.job_now() returns timestamptz language sql stable as
    'select bent.now()'`;

// Defaults know their function by number, not by name.
const DEFAULTS = `select format('alter table %I.%I alter column %I set default bent.%s()', n.nspname, c.relname,
    a.attname, case when pg_get_expr(d.adbin, d.adrelid) like '%clock_timestamp()%' then 'clock_timestamp' else 'now' end)
    as statement
  from pg_attrdef d join pg_class c on c.oid = d.adrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
  where pg_get_expr(d.adbin, d.adrelid) in ('now()', 'clock_timestamp()', 'CURRENT_TIMESTAMP')`;

/** With it the sessions of a bent database live by the clock that can be moved. */
export const BENT_PATH = 'bent, pg_catalog, public';

/** Lets the migrated database behind `url`, and the queue in it, have a clock that can be moved. */
export async function bendDatabase(url: string): Promise<void> {
  await makeQueue(url);
  const client = new Client(url);
  await client.connect();
  try {
    await client.query(BENT);
    await bendDefaults(client);
    await client.query(QUEUE_CLOCK);
  } finally {
    await client.end();
  }
}

async function makeQueue(url: string): Promise<void> {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
  await boss.start();
  await boss.stop({ graceful: false });
}

async function bendDefaults(client: Client): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(DEFAULTS);
  for (const { statement } of rows) await client.query(statement);
}

// Rounds follow each other in one process: each begins from the real clock.
const RealDate = globalThis.Date;

/** Takes hold of this process's wall clock and, through `database`, of a bent database's. */
export function virtualTime(database: Pool): VirtualTime {
  let ahead = 0;
  let wrongBy = 0;
  const followers = new Set<(wrongBy: number) => void>();
  class VirtualDate extends RealDate {
    constructor(...given: [] | [number | string | Date]) {
      if (given.length === 0) super(VirtualDate.now());
      else super(given[0]);
    }
    static override now(): number {
      return RealDate.now() + ahead + wrongBy;
    }
  }
  globalThis.Date = VirtualDate as DateConstructor;
  const tell = (): void => followers.forEach((moved) => moved(wrongBy));
  return {
    now: () => RealDate.now() + ahead,
    leapTo: async (at) => {
      ahead = at - RealDate.now();
      await database.query('update bent.clock set ahead = make_interval(secs => $1)', [ahead / 1000]);
      tell();
    },
    hostWrongBy: (ms) => {
      wrongBy = ms;
      tell();
    },
    follow: (moved) => void followers.add(moved),
  };
}
