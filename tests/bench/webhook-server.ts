// Receives webhooks at /webhooks as the web process does; any other path only checks the signature and answers.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { env } from '#app/env.server.ts';
import { closeDatabase } from '#app/db.server.ts';
import { installShop } from '#app/models/shops.server.ts';
import { receiveWebhooks } from '#app/receive-webhooks.server.ts';
import { SERVER_LIMITS } from '#app/server-limits.server.ts';
import { isSignedByShopify } from '#app/shopify/webhook-signature.ts';

await installShop('bench.myshopify.com', []);
await closeDatabase();
const webhooks = receiveWebhooks();
const server = createServer(SERVER_LIMITS, (request, response) => {
  if (request.url === '/webhooks') return webhooks.handle(request, response);
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const signature = String(request.headers['x-shopify-hmac-sha256']);
    const genuine = isSignedByShopify(Buffer.concat(parts), signature, [env.SHOPIFY_API_SECRET]);
    response.writeHead(genuine ? 200 : 401, { 'content-length': '0' }).end();
  });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.once('SIGTERM', () => {
  server.closeAllConnections();
  server.close(() => void webhooks.close());
});
