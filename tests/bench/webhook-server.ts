// Receives webhooks at /webhooks as the web process does. /appended checks the signature, and in the same waves appends
// to a file as much as PostgreSQL logs, and flushes it; any other path only checks and answers.
import { mkdtemp, open, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from '#app/env.server.ts';
import { closeDatabase } from '#app/db.server.ts';
import { inWaves } from '#app/in-waves.server.ts';
import { installShop } from '#app/models/shops.server.ts';
import { EVERY_MS, receiveWebhooks } from '#app/receive-webhooks.server.ts';
import { SERVER_LIMITS } from '#app/server-limits.server.ts';
import { isSignedByShopify } from '#app/shopify/webhook-signature.ts';

/** What PostgreSQL logs of one webhook: its row, its key and its share of the commit. */
const LOGGED_BYTES = 600;
const FILE_BYTES = 16 * 1024 * 1024;

await installShop('bench.myshopify.com', []);
await closeDatabase();
const webhooks = receiveWebhooks();
const folder = await mkdtemp(join(tmpdir(), 'rekindle-bench-file-'));
const file = await open(join(folder, 'log'), 'w');
// Written over and over like PostgreSQL's log, whose files are made beforehand.
await file.write(Buffer.alloc(FILE_BYTES));
await file.sync();
let end = 0;
const appended = inWaves<Buffer>(
  async (bodies) => {
    const logged = Buffer.alloc(bodies.length * LOGGED_BYTES, Buffer.concat([...bodies]));
    if (end + logged.length > FILE_BYTES) end = 0;
    await file.write(logged, 0, logged.length, end);
    end += logged.length;
    await file.datasync();
  },
  { everyMs: EVERY_MS, withinMs: 10_000, most: 5_000 },
);
const server = createServer(SERVER_LIMITS, (request, response) => {
  if (request.url === '/webhooks') return webhooks.handle(request, response);
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const signature = String(request.headers['x-shopify-hmac-sha256']);
    const genuine = isSignedByShopify(Buffer.concat(parts), signature, [env.SHOPIFY_API_SECRET]);
    const answer = (status: number): void => {
      response.writeHead(status, { 'content-length': '0' }).end();
    };
    if (!genuine) return answer(401);
    if (request.url !== '/appended') return answer(200);
    void appended(Buffer.concat(parts)).then(
      () => answer(200),
      () => answer(503),
    );
  });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.once('SIGTERM', () => {
  server.closeAllConnections();
  server.close(() => void Promise.all([webhooks.close(), file.close(), rm(folder, { recursive: true })]));
});
