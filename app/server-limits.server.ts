import type { ServerOptions } from 'node:http';

/**
 * What a sender may take of the web process, in milliseconds: a connection whose headers or whole request come too
 * slowly is cut, one that asks nothing is kept a little longer than load balancers keep theirs.
 */
export const SERVER_LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 1_000,
} satisfies ServerOptions;
