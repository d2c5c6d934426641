import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf } from './exchange.ts';
import { answerFiles } from './file-endpoint.ts';
import { answerGraphql } from './graphql-endpoint.ts';
import { answerTokens } from './oauth-endpoint.ts';
import type { ExtraRoutes } from './server.ts';
import { adminSchema } from './schema.ts';
import type { World } from './stand-in-world.ts';

/** Sends a request to whoever answers it: the API of a shop, the file server, or the pages beside them. */
export async function answer(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  extraRoutes?: ExtraRoutes,
): Promise<void> {
  const named = request.headers['x-fake-host'];
  const host = typeof named === 'string' ? named : (request.headers.host ?? '');
  const url = new URL(request.url ?? '/', `https://${host}`);
  const office = world.offices.get(host);
  if (host.endsWith('storage.googleapis.com')) {
    return answerFiles(world, { request, response, url, host, body: await bodyOf(request) });
  }
  if (office !== undefined && request.method === 'POST' && url.pathname.startsWith('/admin/')) {
    const exchange = { request, response, url, host, body: await bodyOf(request) };
    if (url.pathname === '/admin/oauth/access_token') return answerTokens(world, office, exchange);
    return answerGraphql(world, await adminSchema(), office, exchange);
  }
  if ((await extraRoutes?.(request, response, url)) === true) return;
  response.writeHead(404, { 'content-type': 'text/plain' });
  response.end(`fake-shopify: not modelled: ${request.method} ${url.href}`);
}
