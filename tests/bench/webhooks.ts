import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { benchEnvironment } from './measured-process.ts';
import { webhookLoad } from './webhook-load.ts';

const CONNECTIONS = 100;
const ROUNDS = 3;
const ROUND_SECONDS = 2;
const RATE = 1_000;
const RATE_SECONDS = 8;

export type WebhookFigures = {
  /** webhooks per second: kept in the database before the answer, and only checked and answered */
  kept: number;
  checked: number;
  /** the two as a ratio within a round, median of the rounds */
  ratio: number;
  /** waits at 1,000 webhooks per second, milliseconds */
  p50: number;
  p99: number;
};

/** Sends webhooks to a process of its own for about half a minute: at a steady rate, then flat out by turns. */
export async function benchWebhooks(url: string): Promise<WebhookFigures> {
  const env = benchEnvironment(url);
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
    const waits = await load.offered('/webhooks', RATE, RATE_SECONDS);
    const rounds = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const checked = await load.flatOut('/checked', ROUND_SECONDS);
      const kept = await load.flatOut('/webhooks', ROUND_SECONDS);
      rounds.push({ checked, kept, ratio: kept / checked });
    }
    load.close();
    const median = rounds.toSorted((a, b) => a.ratio - b.ratio)[Math.floor(ROUNDS / 2)];
    if (median === undefined) throw new Error('No round was measured');
    const at = (share: number): number => waits[Math.ceil(waits.length * share) - 1] ?? NaN;
    return { ...median, p50: at(0.5), p99: at(0.99) };
  } finally {
    server.kill('SIGTERM');
  }
}
