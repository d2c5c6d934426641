import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRequestHandler } from '@remix-run/express';
import type { ServerBuild } from '@remix-run/node';
import compression from 'compression';
import express from 'express';
import { env } from './env.server.ts';
import { logger } from './logger.server.ts';

/** Slow senders are cut off after this long, in milliseconds. */
const REQUEST_MS = 30_000;

/**
 * The web process: the built pages and their assets. Requests are logged by method, path and status; never
 * with their query, which carries session tokens.
 */
async function serve(): Promise<void> {
  const build = (await import(
    pathToFileURL(join(import.meta.dirname, '../build/server/index.js')).href
  )) as ServerBuild;
  const app = express();
  app.disable('x-powered-by');
  app.use(compression());
  app.use(build.publicPath, express.static(build.assetsBuildDirectory, { immutable: true, maxAge: '1y' }));
  app.use(express.static('build/client', { maxAge: '1h', index: false }));
  app.use((request, response, next) => {
    const start = performance.now();
    response.on('finish', () => {
      const { method, path } = request;
      logger.info(
        { method, path, status: response.statusCode, ms: Math.round(performance.now() - start) },
        'request',
      );
    });
    next();
  });
  app.all('*', createRequestHandler({ build, mode: env.NODE_ENV }));
  const server = createServer(app);
  server.listen(env.PORT, env.LISTEN_ADDRESS, () => logger.info({ port: env.PORT }, 'web started'));
  server.requestTimeout = REQUEST_MS;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      server.close(() => process.exit(0));
      server.closeIdleConnections();
    });
  }
}

await serve();
