import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Client } from 'pg';
import { benchEnvironment } from './measured-process.ts';
import { webhookLoad } from './webhook-load.ts';

const CONNECTIONS = 100;
const ROUNDS = 3;
const ROUND_SECONDS = 2;
const RATE = 1_000;
const RATE_TURNS = 20;
/** Of PostgreSQL's log, 16 MB each: what all of this writes fits. */
const LOG_FILES = 12;

export type WebhookFigures = {
  /** webhooks per second: kept in the database before the answer, and only checked and answered */
  kept: number;
  checked: number;
  /** the two as a ratio within a round, median of the rounds */
  ratio: number;
  /** waits at 1,000 webhooks per second, milliseconds */
  p50: number;
  p99: number;
  /** the p99 of a single second, median of the seconds: what a stall of the machine does not touch */
  usualP99: number;
  /** p99 of webhooks that are only appended to a file and flushed, a second of each by turns */
  fileP99: number;
};

/** Sends webhooks to a process of its own for about a minute: at a steady rate, then flat out by turns. */
export async function benchWebhooks(url: string): Promise<WebhookFigures> {
  const env = benchEnvironment(url);
  await useLogFiles(url);
  const server = spawn(process.execPath, [join(import.meta.dirname, 'webhook-server.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [port] = (await once(server.stdout, 'data')) as [Buffer];
    const load = await webhookLoad(Number(port), env.SHOPIFY_API_SECRET, CONNECTIONS);
    await load.flatOut('/checked', 1);
    await load.flatOut('/webhooks', 1);
    // Before the rounds, of which the disk would still be writing.
    const seconds: Float64Array[] = [];
    const fileWaits: number[] = [];
    for (let turn = 0; turn < RATE_TURNS; turn += 1) {
      seconds.push(await load.offered('/webhooks', RATE, 1));
      fileWaits.push(...(await load.offered('/appended', RATE, 1)));
    }
    const rounds = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const checked = await load.flatOut('/checked', ROUND_SECONDS);
      const kept = await load.flatOut('/webhooks', ROUND_SECONDS);
      rounds.push({ checked, kept, ratio: kept / checked });
    }
    load.close();
    const median = rounds.toSorted((a, b) => a.ratio - b.ratio)[Math.floor(ROUNDS / 2)];
    if (median === undefined) throw new Error('No round was measured');
    const waits = seconds.flatMap((second) => [...second]);
    const p99s = seconds.map((second) => quantile([...second], 0.99));
    return {
      ...median,
      p50: quantile(waits, 0.5),
      p99: quantile(waits, 0.99),
      usualP99: quantile(p99s, 0.5),
      fileP99: quantile(fileWaits, 0.99),
    };
  } finally {
    server.kill('SIGTERM');
  }
}

/**
 * Lets a new server have what one that has run for a while has: log files to write over. A new one makes them as it
 * goes and fills each with zeros first, and every commit waits for that.
 */
async function useLogFiles(url: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  for (let file = 0; file < LOG_FILES; file += 1) {
    await client.query(`select pg_logical_emit_message(false, 'bench', '')`);
    await client.query('select pg_switch_wal()');
  }
  await client.query('checkpoint');
  await client.end();
}

function quantile(values: number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? NaN;
}
