import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '#tests/fake-shopify/demo-children.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';
import { killAll, startProcess } from './app-process.ts';
import { webhookRequest } from './webhook-sender.ts';

const database = testDatabase();
const owner = new Client(database);
let domain: string;

beforeAll(async () => {
  await owner.connect();
  ({ domain } = await testShop());
});
afterAll(async () => {
  killAll();
  await owner.end();
});

it.each(['stopped', 'killed'] as const)(
  'P1: given a web process that is %s while webhooks come, then every one it acknowledged is kept',
  async (end) => {
    const port = await freePort();
    const env = {
      PORT: String(port),
      LISTEN_ADDRESS: '127.0.0.1',
      SHOPIFY_API_SECRET: 'test-client-secret-0123456789',
    };
    const web = startProcess('web', 'http://127.0.0.1:1', env);
    const url = `http://127.0.0.1:${port}/webhooks`;
    const post = (id: string) =>
      fetch(url, webhookRequest({ domain, id })).then(
        ({ status }) => ({ id, status }),
        () => ({ id, status: 0 }),
      );
    await expect.poll(async () => (await post('first')).status, { timeout: 30_000, interval: 200 }).toBe(200);
    const sending = new AbortController();
    const answers: Promise<{ id: string; status: number }>[] = [];
    const load = (async () => {
      while (!sending.signal.aborted) {
        for (let n = 0; n < 5; n += 1) answers.push(post(`${end}-${answers.length}`));
        await sleep(5);
      }
    })();
    await sleep(400);
    const ended = end === 'stopped' ? web.stop() : web.kill();
    const code = await ended;
    sending.abort();
    await load;
    const all = await Promise.all(answers);
    if (end === 'stopped') expect(code).toEqual([0, null]);
    const { rows } = await owner.query<{ id: string }>('select webhook_id as id from inbox');
    const kept = new Set(rows.map(({ id }) => id));
    const acknowledged = all.filter(({ status }) => status === 200);
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(acknowledged.filter(({ id }) => !kept.has(id))).toEqual([]);
    // Told to stop, it answers what it took: a request ends in 200 or never reached it.
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200, 0]));
    if (end === 'stopped') expect(kept.size - 1).toBe(acknowledged.length);
  },
  60_000,
);
