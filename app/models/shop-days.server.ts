import { sqlInShop } from '#app/db.server.ts';
import type { Day } from '#app/rfm/calendar.ts';
import type { DayFigures } from '#app/rfm/day-figures.ts';

/** What a run's figures rest on, SQL over a row of score_runs: its settings and the newest import it scored. */
const BASIS = `scoring_version || ' ' || split_part(data_mark, ' ', 1)`;

/** The same of a run as it was read. */
export function basisOf({ scoringVersion, dataMark }: { scoringVersion: number; dataMark: string }): string {
  return `${scoringVersion} ${dataMark.split(' ')[0]}`;
}

/**
 * A part of a statement that changes score_runs and calls the changed row `run`: keeps its day's figures too, so that a
 * day's figures are those of the last summary there was on it.
 * @param figures parameter with DayFigures as JSON
 */
export function keptDay(figures: string): string {
  return `kept as (
    insert into shop_days (shop_id, day, basis, figures) select shop_id, holds_on, ${BASIS}, ${figures}::jsonb from run
    on conflict (shop_id, day) do update set basis = excluded.basis, figures = excluded.figures)`;
}

/** The figures of those of the days that are stored on a basis. */
export async function shopDays(
  shopId: number,
  basis: string,
  days: readonly Day[],
): Promise<Map<Day, DayFigures>> {
  return sqlInShop(shopId, async (client) => {
    const { rows } = await client.query<{ day: Day; figures: DayFigures }>(
      `select day, figures from shop_days where shop_id = $1 and basis = $2
         and day = any(select date '1970-01-01' + wanted from unnest($3::int[]) wanted)`,
      [shopId, basis, days],
    );
    return new Map(rows.map(({ day, figures }) => [day, figures]));
  });
}

/**
 * Stores figures that were reckoned after their day. What was noted on the day itself on the same basis stays, but for
 * who bought again, which is reckoned afterwards only.
 */
export async function keepPastDay(
  shopId: number,
  basis: string,
  day: Day,
  figures: DayFigures,
): Promise<void> {
  await sqlInShop(shopId, (client) =>
    client.query(
      `insert into shop_days (shop_id, day, basis, figures) values ($1, date '1970-01-01' + $3::int, $2, $4)
       on conflict (shop_id, day) do update set basis = excluded.basis,
         figures = case when shop_days.basis <> excluded.basis then excluded.figures
           else shop_days.figures || jsonb_strip_nulls(jsonb_build_object('again', excluded.figures -> 'again')) end`,
      [shopId, basis, day, JSON.stringify(figures)],
    ),
  );
}
