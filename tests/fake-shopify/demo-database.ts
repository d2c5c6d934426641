import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Client, type QueryResult } from 'pg';
import { startEmbeddedPostgres } from '../../prisma/embedded-postgres.ts';
import { migrate } from '../../prisma/migrate.ts';

const DATA = join(import.meta.dirname, '../../.data');
const KEPT = 'rekindle_demo';

export type DemoDatabase = {
  readonly url: string;
  /** Ends the server, and with it a database that was only for this run. */
  close(): Promise<void>;
};

/** A database of the embedded server for one run; it is gone afterwards. */
export async function temporaryDatabase(): Promise<DemoDatabase> {
  const server = await startEmbeddedPostgres(DATA);
  const name = `rekindle_once_${randomBytes(6).toString('hex')}`;
  await run(server.url('postgres'), `create database ${name}`);
  const url = server.url(name);
  await migrate(url);
  return {
    url,
    close: async () => {
      await run(server.url('postgres'), `drop database if exists ${name} with (force)`);
      await server.release();
    },
  };
}

/** The interactive demo's database and the sign that says which kept shop belongs to it, null without one. */
export async function keptDatabase() {
  const server = await startEmbeddedPostgres(DATA);
  const admin = server.url('postgres');
  const { rows } = await run(
    admin,
    `select shobj_description(oid, 'pg_database') as twin from pg_database where datname = '${KEPT}'`,
  );
  const twin: unknown = rows[0]?.twin;
  const url = server.url(KEPT);
  return {
    url,
    twin: typeof twin === 'string' ? twin : null,
    /** Throws away what is there and begins anew as the other half of `sign`. */
    begin: async (sign: string): Promise<void> => {
      await run(admin, `drop database if exists ${KEPT} with (force)`);
      await run(admin, `create database ${KEPT}`);
      await migrate(url);
      await run(admin, `comment on database ${KEPT} is '${sign}'`);
    },
    migrate: () => migrate(url),
    close: () => server.release(),
  };
}

/** How many jobs the app still has to do, now or later today. */
export async function waitingJobs(url: string): Promise<number> {
  const { rows } = await run(
    url,
    `select count(*)::int as n from pgboss.job where state in ('created', 'retry', 'active')`,
  );
  return Number(rows[0]?.n);
}

async function run(url: string, sql: string): Promise<QueryResult<Record<string, unknown>>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}
