import { vitePlugin as remix } from '@remix-run/dev';
import { readFile } from 'node:fs/promises';
import { defineConfig, type Manifest, type Plugin } from 'vite';
import { LOCALES } from './app/i18n/locale.ts';
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

/**
 * `virtual:language-files`: where each language's file of the browser lies, so that the server can name the one a
 * document needs beside it; else the browser would ask for it only after everything else came. Empty while developing.
 */
const languageFiles: Plugin = {
  name: 'language-files',
  resolveId: (id) => (id === 'virtual:language-files' ? `\0${id}` : undefined),
  load: async (id) =>
    id === '\0virtual:language-files' ? `export default ${await builtLanguages()};` : undefined,
};

async function builtLanguages(): Promise<string> {
  if (process.env.NODE_ENV !== 'production') return '{}';
  const manifest = JSON.parse(await readFile('build/client/.vite/manifest.json', 'utf8')) as Manifest;
  const files = LOCALES.map((locale) => [locale, `/${manifest[`app/i18n/languages/${locale}.ts`]?.file}`]);
  return JSON.stringify(Object.fromEntries(files));
}

type Receiving = typeof import('./app/receive-webhooks.server.ts');

export default defineConfig({
  plugins: [webhooks, languageFiles, remix(remixConfig)],
  server: {
    host: '127.0.0.1',
    port: Number(process.env.PORT ?? 3000),
    fs: { allow: ['app', 'node_modules'] },
  },
  // Node cannot import Polaris' JSON texts by itself.
  ssr: { noExternal: [/^@shopify\/polaris/] },
  build: { assetsInlineLimit: 0 },
});
