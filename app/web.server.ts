import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRequestHandler } from '@remix-run/express';
import type { ServerBuild } from '@remix-run/node';
import compression from 'compression';
import express from 'express';
import { env } from './env.server.ts';
import { addHeaders, limitClients } from './front-gate.server.ts';
import { loggedPath } from './logged-path.ts';
import { logger } from './logger.server.ts';
import { metricsFor } from './metrics.server.ts';
import { receiveWebhooks } from './receive-webhooks.server.ts';
import { SERVER_LIMITS } from './server-limits.server.ts';

/** Milliseconds between looks for connections that a stopping server waits for in vain. */
const IDLE_LOOK_MS = 100;

/**
 * The web process: webhooks, and the built pages and their assets. Requests of pages are logged by method, path and status; never
 * with their query, which carries session tokens, nor with the tokens that messages to customers lead to pages by.
 */
async function serve(): Promise<void> {
  const build = (await import(
    pathToFileURL(join(import.meta.dirname, '../build/server/index.js')).href
  )) as ServerBuild;
  const app = express();
  app.disable('x-powered-by');
  app.use(addHeaders);
  app.use(compression());
  app.use(build.publicPath, express.static(build.assetsBuildDirectory, { immutable: true, maxAge: '1y' }));
  app.use(express.static('build/client', { maxAge: '1h', index: false }));
  app.use((request, response, next) => {
    const start = performance.now();
    response.on('finish', () => {
      const { method } = request;
      const path = loggedPath(request.path);
      logger.info(
        { method, path, status: response.statusCode, ms: Math.round(performance.now() - start) },
        'request',
      );
    });
    next();
  });
  app.use(limitClients);
  const metrics = env.METRICS_TOKEN === undefined ? null : metricsFor(env.METRICS_TOKEN);
  if (metrics !== null) app.get('/metrics', (request, response) => void metrics.answer(request, response));
  app.all('*', createRequestHandler({ build, mode: env.NODE_ENV }));
  const webhooks = receiveWebhooks();
  // Webhooks come by the thousand: they pass by everything that pages need.
  const server = createServer(SERVER_LIMITS, (request, response) => {
    if (!/^\/webhooks\/?(\?|$)/.test(request.url ?? '')) return app(request, response);
    metrics?.countWebhook(response);
    return webhooks.handle(request, response);
  });
  server.listen(env.PORT, env.LISTEN_ADDRESS, () => logger.info({ port: env.PORT }, 'web started'));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      // Whatever was begun is answered; a connection that is kept for more is not waited for.
      const idle = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS);
      server.close(() => {
        clearInterval(idle);
        void webhooks.close().finally(() => process.exit(0));
      });
    });
  }
}

await serve();
