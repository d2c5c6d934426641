import type { SoakShop, SoakWorld } from './world.ts';

async function tablesOf({ database }: SoakWorld): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'shop_id' order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** I6: as this shop no row of another one can be read. */
export async function nothingOfOthers(world: SoakWorld, id: number): Promise<string[]> {
  const looks = (await tablesOf(world)).map(
    (name) => `select '${name}' as name, count(*)::int as n from ${name} where shop_id <> ${id}`,
  );
  const session = await world.database.connect();
  try {
    await session.query('begin');
    await session.query(
      `select set_config('role', 'rekindle_app', true), set_config('app.shop_id', $1, true)`,
      [String(id)],
    );
    const { rows } = await session.query<{ name: string; n: number }>(looks.join(' union all '));
    return rows.filter(({ n }) => n > 0).map(({ name, n }) => `I6 sees ${n} rows of others in ${name}`);
  } finally {
    await session.query('rollback');
    session.release();
  }
}

/** Where an erased customer's id may stay: the proof that it was erased. */
const PROOFS = new Set(['tombstones', 'access_log', 'data_requests']);

/** I7: of an erased customer there is nothing but the proof. */
export async function nothingErasedLeft(
  world: SoakWorld,
  { redacted }: SoakShop,
  id: number,
): Promise<string[]> {
  if (redacted.size === 0) return [];
  const tables = (await tablesOf(world)).filter((name) => !PROOFS.has(name));
  const looks = tables.map(
    (name) => `select '${name}' as name, t::text as line from ${name} t where shop_id = ${id}`,
  );
  looks.push(`select 'pgboss.job', data::text || coalesce(output::text, '') from pgboss.job`);
  const { rows } = await world.database.query<{ name: string; line: string }>(looks.join(' union all '));
  return [...redacted].flatMap((customer) =>
    rows
      .filter(({ line }) => line.includes(String(customer)))
      .map(({ name, line }) => `I7 ${customer} is in ${name}: ${line.slice(0, 120)}`),
  );
}

/** I9: nothing waits, nothing is held, nothing is overdue. */
export async function nothingUnderWay({ database }: SoakWorld, id: number): Promise<string[]> {
  const { rows } = await database.query<{ what: string; n: number }>(
    `select 'import' as what, count(*)::int as n from imports where shop_id = $1 and phase not in ('done', 'failed')
       and id = (select max(id) from imports where shop_id = $1)
     union all select 'write-back', count(*) from write_runs where shop_id = $1 and state in ('planned', 'sending', 'stopping')
     union all select 'unsettled write', count(*) from writes w join write_runs r on r.shop_id = w.shop_id and r.id = w.run_id
       where w.shop_id = $1 and w.state = 'planned' and r.state = 'done'
     union all select 'bulk operation', count(*) from bulk_operations where shop_id = $1 and state in ('intended', 'running')
       and deadline < bent.now()
     union all select 'webhook', count(*) from inbox where shop_id = $1 and handled_at is null
     union all select 'pending ' || kind, count(*) from pending where shop_id = $1 group by kind
     union all select 'lease', count(*) from leases where shop_id = $1 and held_until > bent.clock_timestamp()
     union all select 'overdue job', count(*) from pgboss.job where state in ('created', 'retry', 'active')
       and (data->>'shopId')::bigint = $1 and start_after <= bent.now()`,
    [id],
  );
  return rows.filter(({ n }) => n > 0).map(({ what, n }) => `I9 ${n} × ${what} left`);
}
