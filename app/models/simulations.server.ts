import { sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import type { Simulated } from '#app/rfm/simulated.ts';
import type { SettingsPatch } from './settings.server.ts';

/** Seconds until a simulation that nobody worked out counts as failed. */
const DEADLINE_SECONDS = 600;

/** What the merchant wants to know of: other settings over those of a version, or the scores of a past day. */
export type SimulationWish = { number: number; version: number; wish: SettingsPatch; asOf: Day | null };

/** Where a simulation stands; 'outdated' when the settings were saved, or another one was asked for, meanwhile. */
export type SimulationState = { at: 'asked' | 'failed' | 'outdated' } | { at: 'done'; result: Simulated };

/** Asks for a simulation in place of any before it. Its number. */
export async function askSimulation(
  shopId: number,
  { version, wish, asOf }: Omit<SimulationWish, 'number'>,
): Promise<number> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ number: number }>(
      `insert into simulations (shop_id, version, wish, as_of) values ($1, $2, $3, date '1970-01-01' + $4::int)
       on conflict (shop_id) do update set number = simulations.number + 1, version = excluded.version,
         wish = excluded.wish, as_of = excluded.as_of, asked_at = clock_timestamp(), state = 'asked', result = null
       returning number`,
      [shopId, version, JSON.stringify(wish), asOf],
    );
    return rows[0]?.number ?? 0;
  });
}

/** What is asked for and not worked out yet, or null. */
export async function askedSimulation(shopId: number): Promise<SimulationWish | null> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<SimulationWish>(
      `select number, version, wish, as_of - date '1970-01-01' as "asOf" from simulations where shop_id = $1 and state = 'asked'`,
      [shopId],
    );
    return rows[0] ?? null;
  });
}

/** Ends a simulation, unless another took its place. */
export async function endSimulation(
  shopId: number,
  number: number,
  end: Exclude<SimulationState, { at: 'asked' }>,
): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `update simulations set state = $3, result = $4 where shop_id = $1 and number = $2 and state = 'asked'`,
      [shopId, number, end.at, end.at === 'done' ? JSON.stringify(end.result) : null],
    ),
  );
}

/** Where the simulation of this number stands. */
export async function simulationState(shopId: number, number: number): Promise<SimulationState> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ at: SimulationState['at']; result: Simulated; late: boolean }>(
      `select state as at, result, asked_at < clock_timestamp() - make_interval(secs => $3) as late
       from simulations where shop_id = $1 and number = $2`,
      [shopId, number, DEADLINE_SECONDS],
    );
    const [row] = rows;
    if (row === undefined) return { at: 'outdated' };
    if (row.at === 'done') return { at: 'done', result: row.result };
    return { at: row.at === 'asked' && row.late ? 'failed' : row.at };
  });
}
