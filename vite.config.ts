import { vitePlugin as remix } from '@remix-run/dev';
import { defineConfig, type Plugin } from 'vite';
import remixConfig from './remix.config.js';

/** `shopify app dev` takes webhooks in front of the pages, as web.server.ts does. */
const webhooks: Plugin = {
  name: 'webhooks',
  apply: 'serve',
  configureServer: (server) => {
    // Loaded when the first webhook comes: a build starts such a server too, without the app's environment.
    let receiving: Promise<ReturnType<Receiving['receiveWebhooks']>> | undefined;
    server.middlewares.use('/webhooks', (request, response, next) => {
      receiving ??= server
        .ssrLoadModule('/app/receive-webhooks.server.ts')
        .then((app) => (app as Receiving).receiveWebhooks());
      receiving.then(({ handle }) => handle(request, response), next);
    });
  },
};

type Receiving = typeof import('./app/receive-webhooks.server.ts');

export default defineConfig({
  plugins: [webhooks, remix(remixConfig)],
  server: {
    host: '127.0.0.1',
    port: Number(process.env.PORT ?? 3000),
    fs: { allow: ['app', 'node_modules'] },
  },
  // Node cannot import Polaris' JSON texts by itself.
  ssr: { noExternal: [/^@shopify\/polaris/] },
  build: { assetsInlineLimit: 0 },
});
