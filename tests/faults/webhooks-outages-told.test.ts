import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { tcpProxy } from './tcp-proxy.ts';

// The receiver reaches the database through a proxy; the test looks into it directly.
const direct = process.env.DATABASE_URL ?? '';
const { hostname: host, port } = new URL(direct);
const proxy = await tcpProxy({ host, port: Number(port) });
process.env.DATABASE_URL = Object.assign(new URL(direct), { port: String(proxy.port) }).href;
const { logger } = await import('#app/logger.server.ts');
const { testDatabase, testShop } = await import('#tests/support/database.ts');
const { startReceiver } = await import('./webhook-sender.ts');

testDatabase();
const owner = new Client(direct);
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let domain: string;

beforeAll(async () => {
  await owner.connect();
  ({ domain } = await testShop());
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await owner.end();
  await proxy.close();
});

it('W6: given a database that fails twice, then the log tells of each outage once, and of its end', async () => {
  receiver = await startReceiver();
  const told: string[] = [];
  vi.spyOn(logger, 'error').mockImplementation(
    (_: unknown, message?: string) => void told.push(`error: ${message}`),
  );
  vi.spyOn(logger, 'info').mockImplementation(
    (message: unknown) => void told.push(`info: ${String(message)}`),
  );
  expect(await receiver.post({ domain })).toBe(200);
  for (const outage of [1, 2]) {
    await proxy.down();
    for (let n = 0; n < 3; n += 1) expect([outage, await receiver.post({ domain })]).toEqual([outage, 503]);
    await proxy.up();
    // The connections that died are found out first.
    await expect.poll(() => receiver.post({ domain }), { timeout: 30_000 }).toBe(200);
    expect(await receiver.post({ domain })).toBe(200);
  }
  const once = ['error: webhooks are not stored', 'info: webhooks are stored again'];
  expect(told).toEqual([...once, ...once]);
  expect(logger.error).toHaveBeenCalledWith({ err: expect.any(Error), webhooks: 1 }, expect.any(String));
  await receiver.close();
});

it('given a receiver that is closed, then it lets go of the database', async () => {
  const connections = async () => {
    const { rows } = await owner.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity where application_name = 'rekindle-inbox' and datname = current_database()`,
    );
    return rows[0]?.n;
  };
  receiver = await startReceiver();
  expect(await receiver.post({ domain })).toBe(200);
  expect(await connections()).toBe(1);
  await receiver.close();
  await expect.poll(connections, { timeout: 30_000 }).toBe(0);
});
