/**
 * Options of the Remix plugin; vite.config.ts imports them.
 * @type {import('@remix-run/dev').VitePluginConfig}
 */
export default {
  ignoredRouteFiles: ['**/.*'],
  future: {
    v3_fetcherPersist: true,
    v3_relativeSplatPath: true,
    v3_throwAbortReason: true,
    // Some thirty routes fit into the first answer; asked for one by one they can fail while somebody leaves the page.
    v3_lazyRouteDiscovery: false,
    v3_routeConfig: true,
    // The Shopify library's React provider and error boundary read the non-streamed data format.
    v3_singleFetch: false,
  },
};
