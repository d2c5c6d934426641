import { PrismaPg } from '@prisma/adapter-pg';
import { Client, Pool, type QueryResult } from 'pg';

/** PostgreSQL's catalog types "char" and name, which the adapter cannot read (prisma/orm#27403); text it can. */
const CATALOG_TYPES = new Set([18, 19]);
const TEXT = 25;

/**
 * The schema engine asks for check and exclusion constraints, only to say that it does not support them, and
 * panics on the answer: PostgreSQL 18 lists not-null constraints too (prisma/orm#29635), and the adapter has no
 * single characters. So it is told of none.
 */
function withoutChecks(sql: string): string {
  return sql.replace("AND contype NOT IN ('p', 'u', 'f')", 'AND false');
}

type Answer = (error: Error, result: QueryResult | undefined) => void;

/** A connection that speaks what the schema engine and its adapter understand. */
class CatalogClient extends Client {
  // pg's query has nine overloads. A pool uses the one with a callback, a transaction the one with a promise.
  // oxlint-disable-next-line typescript/no-explicit-any -- see above
  override query(query: any, values?: any, done?: any): any {
    const text: unknown = typeof query === 'string' ? query : query.text;
    const repaired = typeof text === 'string' ? withoutChecks(text) : text;
    const asked =
      text === repaired ? query : typeof query === 'string' ? repaired : { ...query, text: repaired };
    const answer = (typeof values === 'function' ? values : done) as Answer | undefined;
    const parameters = typeof values === 'function' ? undefined : values;
    if (answer === undefined) return super.query(asked, parameters).then(asText);
    return super.query(asked, parameters, (error: Error, result) => answer(error, result && asText(result)));
  }
}

/** A script of several statements has several results. */
function asText<Result extends QueryResult | QueryResult[]>(answer: Result): Result {
  for (const { fields } of [answer].flat()) {
    for (const field of fields ?? []) if (CATALOG_TYPES.has(field.dataTypeID)) field.dataTypeID = TEXT;
  }
  return answer;
}

function poolOf(connectionString: string): Pool {
  return new Pool({
    connectionString,
    Client: CatalogClient,
    allowExitOnIdle: true,
    idleTimeoutMillis: 200,
    options: '-c timezone=UTC',
  });
}

type Connection = Awaited<ReturnType<PrismaPg['connect']>>;

/** The adapter cuts a script at every semicolon, also inside a function's body; PostgreSQL takes it whole. */
async function connection(pool: Pool): Promise<Connection> {
  const adapter = await new PrismaPg(pool, { disposeExternalPool: true }).connect();
  adapter.executeScript = async (script) => void (await pool.query(script));
  return adapter;
}

/**
 * The adapter for Prisma's command line tool with five faults repaired: catalog types, PostgreSQL 18, scripts,
 * the shadow database (the adapter's own drops it while connected), and connections that keep the tool running.
 * @param shadow address of an existing empty database for `migrate dev` and `migrate diff`, or undefined
 */
export function migrationAdapter(url: string, shadow: string | undefined): PrismaPg {
  const adapter = new PrismaPg({ connectionString: url });
  adapter.connect = () => connection(poolOf(url));
  adapter.connectToShadowDb = () => (shadow === undefined ? ownShadow(url) : connection(poolOf(shadow)));
  return adapter;
}

async function ownShadow(url: string): Promise<Connection> {
  const name = `prisma_migrate_shadow_db_${crypto.randomUUID()}`;
  const admin = poolOf(url);
  await admin.query(`create database "${name}"`);
  const address = new URL(url);
  address.pathname = `/${name}`;
  const shadow = await connection(poolOf(address.href));
  const { dispose } = shadow;
  shadow.dispose = async () => {
    await dispose.call(shadow);
    await admin.query(`drop database "${name}"`);
    await admin.end();
  };
  return shadow;
}
