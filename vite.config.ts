import { vitePlugin as remix } from '@remix-run/dev';
import { defineConfig } from 'vite';
import remixConfig from './remix.config.js';

export default defineConfig({
  plugins: [remix(remixConfig)],
  server: {
    host: '127.0.0.1',
    port: Number(process.env.PORT ?? 3000),
    fs: { allow: ['app', 'node_modules'] },
  },
  // Node cannot import Polaris' JSON texts by itself.
  ssr: { noExternal: [/^@shopify\/polaris/] },
  build: { assetsInlineLimit: 0 },
});
