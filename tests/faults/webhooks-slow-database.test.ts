import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { tcpProxy } from './tcp-proxy.ts';

// The receiver reaches the database through a proxy; the test looks into it directly.
const direct = process.env.DATABASE_URL ?? '';
const { hostname: host, port } = new URL(direct);
const proxy = await tcpProxy({ host, port: Number(port) });
process.env.DATABASE_URL = Object.assign(new URL(direct), { port: String(proxy.port) }).href;
const { testDatabase, testShop } = await import('#tests/support/database.ts');
const { startReceiver } = await import('./webhook-sender.ts');

testDatabase();
const owner = new Client(direct);
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let domain: string;

beforeAll(async () => {
  await owner.connect();
  ({ domain } = await testShop());
  receiver = await startReceiver();
});
afterEach(() => proxy.set({}));
afterAll(async () => {
  await receiver.close();
  await owner.end();
  await proxy.close();
});

type Answer = { id: string; status: number; ms: number };
let sent = 0;

/** Sends a webhook every ten milliseconds for `ms` milliseconds and waits for every answer. */
async function load(ms: number): Promise<Answer[]> {
  const answers: Promise<Answer>[] = [];
  for (const end = performance.now() + ms; performance.now() < end; await sleep(10)) {
    const id = `slow-${(sent += 1)}`;
    const start = performance.now();
    const status = receiver.post({ domain, id, body: `{"id":${sent}}` });
    answers.push(status.then((answer) => ({ id, status: answer, ms: performance.now() - start })));
  }
  return Promise.all(answers);
}

async function expectKept(answers: readonly Answer[]): Promise<void> {
  const { rows } = await owner.query<{ webhook_id: string }>('select webhook_id from inbox');
  const kept = new Set(rows.map((row) => row.webhook_id));
  const acknowledged = answers.filter(({ status }) => status === 200);
  expect(acknowledged.filter(({ id }) => !kept.has(id))).toEqual([]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
}

function p99(answers: readonly Answer[]): number {
  const sorted = answers.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Infinity;
}

/** The database is well again: webhooks are taken at once, after a moment to find a connection. */
async function expectRecovery(): Promise<void> {
  proxy.set({});
  await expect.poll(() => receiver.post({ domain }), { timeout: 5_000 }).toBe(200);
}

it.each([
  ['answers three seconds late', { latencyMs: 3_000 }],
  ['does not answer at all', { timeoutMs: 60_000 }],
])(
  'W6: given a database that %s, then Shopify hears 503 in time and nothing acknowledged is lost',
  async (_, toxics) => {
    const load1 = load(4_000);
    await sleep(500);
    proxy.set(toxics);
    const answers = await load1;
    expect(answers.length).toBeGreaterThan(100);
    expect(p99(answers)).toBeLessThan(2_500);
    await expectKept(answers);
    // What is stuck in the proxy ends with its connection.
    proxy.cut();
    await expectRecovery();
  },
);

it('W6: given a database that is gone, then Shopify hears 503 at once', async () => {
  const answers = load(1_500);
  await sleep(400);
  await proxy.down();
  await sleep(600);
  await proxy.up();
  const all = await answers;
  await expectKept(all);
  expect(p99(all)).toBeLessThan(1_000);
  await expectRecovery();
});

async function stillBusy(): Promise<number> {
  const { rows } = await owner.query(
    `select 1 from pg_stat_activity where application_name = 'rekindle-inbox' and state = 'active'`,
  );
  return rows.length;
}

it('W6: given a statement that the database cannot finish, then it is ended there too', async () => {
  // A connection of its own holds the lock: within one transaction what others do looks frozen.
  const holder = new Client(direct);
  await holder.connect();
  await holder.query('begin; lock table inbox in access exclusive mode');
  const start = performance.now();
  expect(await receiver.post({ domain })).toBe(503);
  expect(performance.now() - start).toBeLessThan(2_500);
  await expect.poll(stillBusy, { timeout: 5_000 }).toBe(0);
  await holder.end();
  await expectRecovery();
});
