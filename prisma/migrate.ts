import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';

/** The lock that Prisma's own migrate commands take, so that the two never run at the same time. */
const PRISMA_LOCK = 72707369;

const LEDGER = `create table if not exists _prisma_migrations (
  id varchar(36) primary key not null,
  checksum varchar(64) not null,
  finished_at timestamptz,
  migration_name varchar(255) not null,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz not null default now(),
  applied_steps_count integer not null default 0
)`;

/**
 * Applies the migrations that `url` does not have yet and keeps Prisma's own ledger, so that `prisma migrate`
 * and this runner can follow each other. Each migration is one transaction. Several callers at once: one
 * applies, the others wait and find nothing to do.
 * @returns the names of the migrations that were applied
 * @throws Error when a migration that was applied has been changed since, or one failed before
 */
export async function migrate(url: string): Promise<string[]> {
  const client = new Client({
    connectionString: url,
    options: '-c timezone=UTC',
    application_name: 'migrate',
  });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [PRISMA_LOCK]);
    await client.query(LEDGER);
    const { rows } = await client.query<{ name: string; checksum: string; done: boolean }>(
      `select migration_name as name, checksum, finished_at is not null as done from _prisma_migrations
       where rolled_back_at is null`,
    );
    const applied: string[] = [];
    for (const { name, sql, checksum } of readMigrations()) {
      const known = rows.find((row) => row.name === name);
      if (known === undefined) {
        await apply(client, name, sql, checksum);
        applied.push(name);
      } else if (!known.done) {
        throw new Error(
          `Migration ${name} failed before: repair the database, then run prisma migrate resolve`,
        );
      } else if (known.checksum !== checksum) {
        throw new Error(`Migration ${name} was changed after it was applied: add a new migration instead`);
      }
    }
    return applied;
  } finally {
    // Ending the connection gives the lock back.
    await client.end();
  }
}

function readMigrations(): { name: string; sql: string; checksum: string }[] {
  const folder = fileURLToPath(new URL('migrations', import.meta.url));
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

async function apply(client: Client, name: string, sql: string, checksum: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query(
      `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback').catch(() => undefined);
    throw new Error(`Migration ${name} failed: ${(cause as Error).message}`, { cause });
  }
}

// `npm run migrate`: before web and worker are started by themselves.
if (import.meta.main) {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('DATABASE_URL: is missing');
  const applied = await migrate(url);
  console.log(applied.length === 0 ? 'Nothing to apply' : `Applied ${applied.join(', ')}`);
}
