import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlInShop } from '#app/db.server.ts';
import { metricsFor } from '#app/metrics.server.ts';
import { addPending } from '#app/models/pending.server.ts';
import { addToLook, finishLook, openLook } from '#app/models/reconciliations.server.ts';
import { noteApiUse } from '#app/models/shop-health.server.ts';
import { parkShop } from '#app/models/shops.server.ts';
import { testDatabase, testShop } from '#tests/support/database.ts';

testDatabase();
const TOKEN = 'a-token-of-the-scraper';
const metrics = metricsFor(TOKEN);
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/metrics') return void metrics.answer(request, response);
    metrics.countWebhook(response);
    return void response.writeHead(request.url === '/bad' ? 401 : 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const scrape = (token = TOKEN) => fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });

describe('metrics', () => {
  it('given another token or none, then nothing is told', async () => {
    for (const answer of [await scrape('another-token'), await scrape(''), await fetch(`${url}/metrics`)]) {
      expect(answer.status).toBe(401);
      expect(await answer.text()).toBe('');
    }
  });

  it('given two shops, then figures are those of both together, and no label tells one from another', async () => {
    const [one, two] = [await testShop(), await testShop()];
    await sqlInShop(one.id, async (client) => {
      await client.query(
        `insert into inbox (shop_id, webhook_id, topic, received_at)
         values ($1, 'a', 'orders/create', clock_timestamp() - interval '90 seconds')`,
        [one.id],
      );
      await addPending(client, one.id, 'score', [1, 2]);
    });
    await sqlInShop(two.id, async (client) => {
      await client.query(`insert into inbox (shop_id, webhook_id, topic) values ($1, 'a', 'orders/create')`, [
        two.id,
      ]);
      await addPending(client, two.id, 'score', [1]);
    });
    const { id } = await openLook(two.id, 'recent');
    await sqlInShop(two.id, (client) => addToLook(client, two.id, id, { lookedAt: 40, drift: 3 }));
    await finishLook(two.id, id, { silentSince: 1_000 });
    await noteApiUse(two.id, '2027-01', 77);
    await parkShop(one.id, one.generation, 'payment');
    await fetch(`${url}/webhooks`, { method: 'POST' });
    await fetch(`${url}/bad`, { method: 'POST' });
    const answer = await scrape();
    expect(answer.status).toBe(200);
    const text = await answer.text();
    const lines = text.split('\n');
    for (const line of [
      'rekindle_inbox_waiting 2',
      'rekindle_pending{kind="score"} 3',
      'rekindle_shops_installed 2',
      'rekindle_shops_parked 1',
      'rekindle_shops_silent 1',
      'rekindle_shops_on_other_api_version 1',
      'rekindle_api_points_today 77',
      'rekindle_drift_24h{kind="recent"} 3',
      'rekindle_reconciled_24h{kind="recent"} 40',
      'rekindle_webhooks_total{status="200"} 1',
      'rekindle_webhooks_total{status="401"} 1',
    ]) {
      expect(lines).toContain(line);
    }
    const oldest = Number(/^rekindle_inbox_oldest_seconds (.*)$/m.exec(text)?.[1]);
    expect(oldest).toBeGreaterThanOrEqual(90);
    expect(oldest).toBeLessThan(120);
    expect(text).toContain('process_resident_memory_bytes');
    for (const told of [one.domain, two.domain, 'myshopify']) expect(text).not.toContain(told);
  });
});
