import type { PoolClient } from 'pg';
import type { Day } from '#app/rfm/calendar.ts';
import { dayFigures } from '#app/rfm/day-figures.ts';
import type { OtherPopulation } from '#app/rfm/population.ts';
import type { DayRange } from '#app/rfm/recency-crossings.ts';
import type { RunSummary } from '#app/rfm/run-summary.ts';
import type { SchemeChoice } from '#app/rfm/schemes.ts';
import { keptDay } from './shop-days.server.ts';

/** The latest run, and the number of this turn. */
type HeldRun = { id: number; asOf: Day; summary: RunSummary; scheme: SchemeChoice; turn: number };

/**
 * The latest run as it is now, held until the transaction ends: who changes scores changes its summary too. `turn` is
 * a number for what changes between full runs, above every run's so far.
 */
export async function holdRun(client: PoolClient, shopId: number): Promise<HeldRun | null> {
  const { rows } = await client.query<HeldRun>(
    `select id, holds_on as "asOf", summary, scheme, nextval(pg_get_serial_sequence('score_runs', 'id')) as turn
     from score_runs where shop_id = $1 order by id desc limit 1 for update`,
    [shopId],
  );
  return rows[0] ?? null;
}

/**
 * Stores the day all scores are as of, the summary of everyone as they are now and the figures of the day, with the
 * scores they describe.
 */
export async function moveRun(
  client: PoolClient,
  shopId: number,
  runId: number,
  { asOf, summary }: { asOf: Day; summary: RunSummary },
): Promise<void> {
  await client.query(
    `with run as (
       update score_runs set holds_on = date '1970-01-01' + $3::int, summary = $4 where shop_id = $1 and id = $2
       returning *), ${keptDay('$5')}
     select`,
    [shopId, runId, asOf, JSON.stringify(summary), JSON.stringify(dayFigures(summary))],
  );
}

/** A number for what changes between full runs, above every run's so far. */
export async function nextTurn(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `select nextval(pg_get_serial_sequence('score_runs', 'id')) as id`,
  );
  return rows[0]?.id ?? 0;
}

/** Customers of one population, or those of none of some. */
type Among = { only: OtherPopulation } | { without: readonly OtherPopulation[] };

/** The customers of some populations whose last order lies on one of the days. */
export async function customersLastSeen(
  client: PoolClient,
  shopId: number,
  days: readonly DayRange[],
  among: Among,
): Promise<number[]> {
  const found: number[] = [];
  const [not, which] = 'only' in among ? ['', [among.only]] : ['not ', among.without];
  const members = `${not}exists (select from customer_populations p where p.shop_id = ${shopId}
    and p.customer_id = scores.customer_id and p.population in ('${which.join("', '")}'))`;
  // A statement for each range with its bounds as literals: joined, the planner reads every customer.
  for (const { from, before } of days) {
    const { rows } = await client.query<{ id: number }>(
      `select customer_id as id from scores where shop_id = ${shopId}
       and last_order_day >= date '1970-01-01' + (${from}) and last_order_day < date '1970-01-01' + (${before})
         ${which.length === 0 ? '' : `and ${members}`}`,
    );
    for (const { id } of rows) found.push(id);
  }
  return found;
}

/**
 * The customers with an order processed at an instant from `from` up to but not including `before`, epoch
 * milliseconds. Reads through the shop's orders.
 */
export async function customersWithOrders(
  client: PoolClient,
  shopId: number,
  from: number,
  before: number,
): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `select distinct customer_id as id from orders where shop_id = $1 and customer_id is not null
     and processed_at >= to_timestamp($2::float8 / 1000) and processed_at < to_timestamp($3::float8 / 1000)`,
    [shopId, from, before],
  );
  return rows.map(({ id }) => id);
}
