import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort, startApp } from '#tests/fake-shopify/demo-children.ts';
import { waitingJobs } from '#tests/fake-shopify/demo-database.ts';
import { demoSecrets } from '#tests/fake-shopify/demo-secrets.ts';
import { answers } from '#tests/fake-shopify/demo-watch.ts';
import { cpuSeconds, parentOf } from './cpu-seconds.ts';
import type { FollowRound } from './follow-round.ts';

/** Shops, and what happens in them. */
export type Scenario = {
  name: string;
  shops: number;
  customers: number;
  plan: 'standard' | 'plus';
  ordersPerSecond: number;
  seconds: number;
  /** share of the orders that change their customer's segment */
  changing: number;
};

const SCENARIOS: readonly Scenario[] = [
  {
    name: '50 shops of 100 points/s, 2 orders/s each, 10 % changing segment',
    shops: 50,
    customers: 300,
    plan: 'standard',
    ordersPerSecond: 100,
    seconds: 15,
    changing: 0.1,
  },
  {
    name: 'one shop of 1,000 points/s, 100 orders/s, 30 % changing segment',
    shops: 1,
    customers: 10_000,
    plan: 'plus',
    ordersPerSecond: 100,
    seconds: 15,
    changing: 0.3,
  },
];
/** Milliseconds between looks whether the worker is done with what it does when it starts. */
const LOOK_MS = 200;

/** How long one order takes until its customer's tag is right, with all the app's processes and Shopify beside them. */
export async function benchFollow(
  fresh: (name: string) => Promise<string>,
  show: (what: string, figure: number, aim: number) => void,
): Promise<void> {
  for (const [number, scenario] of SCENARIOS.entries()) {
    const { round, cpu } = await follow(scenario, await fresh(`bench_follow_${number}`));
    const at = (share: number): number => round.waits[Math.ceil(round.waits.length * share) - 1] ?? NaN;
    show(`seconds from webhook to tag, p95: ${scenario.name}`, at(0.95) / 1000, 2);
    const ms = [0.5, 0.95, 1].map((share) => at(share).toFixed(0)).join(' / ');
    console.log(`    p50 / p95 / max ${ms} ms of ${round.waits.length} changes by ${round.orders} orders`);
    console.log(
      `    ${round.points} points, ${round.calls} calls, ${((100 * round.throttled) / round.calls).toFixed(2)} % throttled, ` +
        `${round.webhooks} webhooks; shops whose scores are not right at the end: ${round.wrongShops}`,
    );
    const each = Object.entries(cpu).map(([name, s]) => `${name} ${((1000 * s) / round.orders).toFixed(1)}`);
    console.log(`    CPU seconds per 1,000 orders: ${each.join(', ')}`);
  }
}

async function follow(
  scenario: Scenario,
  url: string,
): Promise<{ round: FollowRound; cpu: Record<string, number> }> {
  const port = await freePort();
  const appUrl = `http://127.0.0.1:${port}`;
  const { apiKey, apiSecret, tokenKeys } = demoSecrets();
  const env = {
    NODE_ENV: 'test' as const,
    DATABASE_URL: url,
    SHOPIFY_API_KEY: apiKey,
    SHOPIFY_API_SECRET: apiSecret,
    SHOPIFY_APP_URL: appUrl,
    TOKEN_KEYS: tokenKeys,
    LISTEN_ADDRESS: '127.0.0.1',
    PORT: String(port),
    LOG_LEVEL: 'error',
  };
  const shopify = fork(
    join(import.meta.dirname, 'follow-round.ts'),
    [JSON.stringify({ ...scenario, appUrl })],
    {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      serialization: 'advanced',
    },
  );
  try {
    const app = startApp({ ...env, FAKE_SHOPIFY_URL: await message<string>(shopify) });
    try {
      await answers(appUrl, app);
      await idle(url);
      const pids = { ...app.pids, PostgreSQL: await postmaster(url), 'stand-in': shopify.pid ?? 0 };
      const before = Object.entries(pids).map(([name, pid]) => [name, cpuSeconds(pid)] as const);
      shopify.send('begin');
      const round = await Promise.race([message<FollowRound>(shopify), app.died]);
      const cpu = before.map(([name, was]) => [name, cpuSeconds(pids[name as keyof typeof pids]) - was]);
      return { round, cpu: Object.fromEntries(cpu) };
    } finally {
      await app.stop();
    }
  } finally {
    shopify.kill();
  }
}

/** Until the queue was empty twice in a row: one job may have named the next. */
async function idle(url: string): Promise<void> {
  for (let seen = 0; seen < 2; seen = (await waitingJobs(url)) === 0 ? seen + 1 : 0) await sleep(LOOK_MS);
}

/** The process that all of the server's are children of. */
async function postmaster(url: string): Promise<number> {
  const client = new Client(url);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const parent = parentOf(rows[0]?.pid ?? 0);
  await client.end();
  return parent;
}

async function message<T>(child: ChildProcess): Promise<T> {
  const ended = once(child, 'exit').then(() => {
    throw new Error('the stand-in ended');
  });
  const [said] = (await Promise.race([once(child, 'message'), ended])) as [T];
  return said;
}
