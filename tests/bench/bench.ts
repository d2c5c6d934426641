// `npm run bench`: speed as ratios to a peer or a limit within the same run. It never fails on a figure.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres, stopEmbeddedPostgres } from '../../prisma/embedded-postgres.ts';
import { migrate } from '../../prisma/migrate.ts';
import { openFolder } from '../support/open-folder.ts';
import { duckdbDetails, duckdbScores } from './duckdb-scores.ts';
import { benchFollow } from './follow.ts';
import { writeExportFiles } from './export-files.ts';
import type { LaunchRound } from './launch-round.ts';
import { measuredProcess } from './measured-process.ts';
import type { PipelineRound } from './pipeline-round.ts';
import type { RescoreRound } from './rescore-round.ts';
import { parseEveryLine } from './parse-every-line.ts';
import { benchScoring } from './scoring.ts';
import { benchWebhooks } from './webhooks.ts';

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
    // 'webhooks' measures taking them in, 'follow' the way from one to its tag, 'launch' that of a campaign, and nothing else
    only: { type: 'string' },
  },
});
const orders = Number(values.orders);
const rounds = Number(values.rounds);
const folder = await openFolder();
const database = join(folder, 'database');
try {
  const server = await startEmbeddedPostgres(database);
  if (values.only === undefined) await benchRest();
  const wanted = (what: string): boolean => (values.only ?? what) === what;
  if (wanted('webhooks')) await benchIntake();
  if (wanted('follow')) await benchFollow(fresh, show);
  if (wanted('launch')) await benchLaunch();

  async function benchRest(): Promise<void> {
    const files = await writeExportFiles(folder, orders);
    console.log(
      `${orders} orders, ${files.customers} customers; ${rounds} rounds, medians, ratios within a round\n`,
    );
    type Measured = Record<'parse' | 'first' | 'all' | 'duckFirst' | 'duckAll', number> & {
      pipeline: PipelineRound;
    };
    const measured: Measured[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const start = performance.now();
      await parseEveryLine(files.details);
      const parse = (performance.now() - start) / 1000;
      const url = await fresh(`bench_pipeline_${round}`);
      const args = [files.slim, files.details, String(orders), String(files.lines)];
      const pipeline = await measuredProcess<PipelineRound>('pipeline-round.ts', url, args);
      const step = (name: string): number => pipeline.seconds[name] ?? NaN;
      const first = step('slim file stored') + step('first scores stored');
      const all = first + step('details file stored') + step('scored again and diffed');
      const duckFirst = await duckdbScores(files.slim);
      measured.push({
        parse,
        first,
        all,
        duckFirst,
        duckAll: duckFirst + (await duckdbDetails(files.details)),
        pipeline,
      });
    }
    const median = (pick: (round: (typeof measured)[number]) => number): number =>
      measured.map(pick).toSorted((a, b) => a - b)[Math.floor(measured.length / 2)] ?? NaN;
    show(
      'both exports → stored, scored, diffed ÷ JSON.parse of every line of the full file',
      median((m) => m.all / m.parse),
      0.8,
    );
    show(
      'slim export → first scores stored ÷ JSON.parse of every line of the full file',
      median((m) => m.first / m.parse),
      0.5,
    );
    show(
      'slim export → first scores stored ÷ DuckDB, one thread, storing nothing',
      median((m) => m.first / m.duckFirst),
      2,
    );
    show(
      'both exports → stored, scored, diffed ÷ DuckDB, one thread, storing nothing',
      median((m) => m.all / m.duckAll),
      2,
    );
    for (const name of Object.keys(measured[0]?.pipeline.seconds ?? {})) {
      console.log(`    ${name}: ${median((m) => m.pipeline.seconds[name] ?? NaN).toFixed(2)} s`);
    }
    console.log(`    JSON.parse of every line: ${median((m) => m.parse).toFixed(2)} s`);
    show(
      'peak memory of the process that did it, MB',
      median((m) => m.pipeline.peakMb),
      250,
    );

    const rescore = await measuredProcess<RescoreRound>('rescore-round.ts', await fresh('bench_rescore'), [
      '1000000',
    ]);
    show(
      '1,000,000 stored customers scored again, diffed, stored ÷ ntile + UPDATE in SQL',
      rescore.app / rescore.sql,
      0.25,
    );
    console.log(`    ${rescore.app.toFixed(2)} s against ${rescore.sql.toFixed(2)} s`);
    const scoring = benchScoring(1_000_000);
    show('pure scoring of 1,000,000 customers ÷ Float64Array.sort of one column', scoring.ratio, 0.3);
    console.log(`    ${scoring.scoringMs.toFixed(0)} ms against ${scoring.sortMs.toFixed(0)} ms`);
  }

  async function benchIntake(): Promise<void> {
    const webhooks = await benchWebhooks(await fresh('bench_webhooks'));
    show('webhooks kept ÷ webhooks only checked and answered, per second', webhooks.ratio, {
      aim: 0.35,
      least: true,
    });
    console.log(`    ${webhooks.kept.toFixed(0)} against ${webhooks.checked.toFixed(0)} per second`);
    show('slowest 1 % of answers to 1,000 webhooks per second, ms', webhooks.p99, 25);
    console.log(
      `    median ${webhooks.p50.toFixed(1)} ms; slowest 1 % in the usual second ${webhooks.usualP99.toFixed(1)} ms; ` +
        `slowest 1 % when only appended to a file and flushed, by turns: ${webhooks.fileP99.toFixed(1)} ms`,
    );
  }

  async function benchLaunch(): Promise<void> {
    const url = await fresh('bench_launch');
    const { members, count, launch, megabytes } = await measuredProcess<LaunchRound>('launch-round.ts', url, [
      '150000',
    ]);
    show('a campaign launched: audience asked, drawn and stored ÷ 5 s', launch / 5, 1);
    show('its audience counted for the wizard ÷ 0.3 s', count / 0.3, 1);
    show('memory that launching it takes, MB', megabytes, 100);
    console.log(`    ${launch.toFixed(2)} s and ${count.toFixed(2)} s for ${members} of 126000 customers`);
  }

  async function fresh(name: string): Promise<string> {
    const url = await server.ownDatabase(name);
    await migrate(url);
    return url;
  }
} finally {
  await stopEmbeddedPostgres(database);
  await rm(folder, { recursive: true, force: true });
}

function show(what: string, figure: number, limit: number | { aim: number; least: true }): void {
  const aim = typeof limit === 'number' ? `≤ ${limit}` : `≥ ${limit.aim}`;
  console.log(`${figure.toFixed(2).padStart(7)}  (aim ${aim})  ${what}`);
}
