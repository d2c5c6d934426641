import type { PoolClient } from 'pg';
import { sqlInShop } from '#app/db.server.ts';
import type { ImportRow } from './imports.server.ts';
import type { ScoreRun } from './scores.server.ts';
import type { Settings } from './settings.server.ts';
import type { WriteRun } from './write-runs.server.ts';

/** What a turn of following a shop decides by, as of one instant. */
export type Standing = {
  /** the database's clock, epoch milliseconds */
  at: number;
  settings: Settings;
  /** the newest full run, null before the first */
  run: Pick<
    ScoreRun,
    'id' | 'ranOn' | 'asOf' | 'frequencyMethod' | 'cutPoints' | 'scheme' | 'scoringVersion' | 'dataMark'
  > | null;
  /** the newest import, and the newest whole one of the install */
  newest: Pick<ImportRow, 'id' | 'phase'> | null;
  whole: Pick<ImportRow, 'id' | 'phase' | 'limitedHistory'> | null;
  /** the newest write-back */
  writing: Pick<WriteRun, 'id' | 'kind' | 'state' | 'finishedAt'> | null;
  /** customers whose scores changed since they were written */
  unwritten: number;
};

const STANDING = `select clock_timestamp() as at,
  (select row_to_json(s) from (
    select version, scoring_version as "scoringVersion", count_test as "countTest",
      count_cancelled as "countCancelled", count_unpaid as "countUnpaid", count_zero as "countZero",
      window_days as "windowDays", frequency_method as "frequencyMethod", method_chosen_by as "methodChosenBy",
      own_cut_points as "ownCutPoints", companies_apart as "companiesApart", till_apart as "tillApart", scheme, own_scheme as "ownScheme",
      tag_prefix as "tagPrefix", write_back as "writeBack", planned_run_id as "plannedRunId",
      cycle_length as "cycleLength", cycle_unit as "cycleUnit",
      margin_percent as "marginPercent", undo_run_id as "undoRunId"
    from settings where shop_id = $1) s) as settings,
  (select row_to_json(r) from (
    select id, as_of - date '1970-01-01' as "ranOn", holds_on - date '1970-01-01' as "asOf",
      frequency_method as "frequencyMethod", cut_points as "cutPoints", scheme, scoring_version as "scoringVersion",
      data_mark as "dataMark"
    from score_runs where shop_id = $1 order by id desc limit 1) r) as run,
  (select row_to_json(i) from (
    select id, phase from imports where shop_id = $1 order by id desc limit 1) i) as newest,
  (select row_to_json(i) from (
    select id, phase, limited_history as "limitedHistory" from imports
    where shop_id = $1 and generation = $2 and phase = 'done' order by id desc limit 1) i) as whole,
  (select row_to_json(w) from (
    select id, kind, state, extract(epoch from finished_at) * 1000 as "finishedAt" from write_runs where shop_id = $1 order by id desc limit 1) w) as writing,
  (select count(*) from pending where shop_id = $1 and kind = 'write' and not_before is null) as unwritten`;

/**
 * Reads where a shop stands in one statement: turns come by the hundred per second, and each answer of the database
 * that is waited for counts. Null when the shop was never installed.
 */
export async function standingOf(
  client: PoolClient,
  shopId: number,
  generation: number,
): Promise<Standing | null> {
  const { rows } = await client.query<Standing>({
    name: 'standing',
    text: STANDING,
    values: [shopId, generation],
  });
  return rows[0]?.settings ? rows[0] : null;
}

/** The same in a transaction of its own. @throws Error when the shop was never installed */
export async function readStanding(shopId: number, generation: number): Promise<Standing> {
  const standing = await sqlInShop(shopId, (client) => standingOf(client, shopId, generation));
  if (standing === null) throw new Error('the shop was never installed');
  return standing;
}
