import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AppConfig } from './app-config.ts';
import type { CallLog } from './call-log.ts';
import { answer } from './front-door.ts';
import type { ShopOffice } from './shop-office.ts';
import { createWorld, type World, type WorldOptions } from './stand-in-world.ts';
import type { StandInClock } from './stand-in-clock.ts';
import type { Trouble } from './trouble.ts';

export type ExtraRoutes = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
) => boolean | Promise<boolean>;

export type FakeShopifyOptions = WorldOptions & {
  /** A free port unless told. */
  readonly port?: number;
  /** Pages beside the API, e.g. the admin frame: true when the request was answered. */
  readonly extraRoutes?: ExtraRoutes;
};

export type FakeShopify = {
  /** Where it listens, e.g. http://127.0.0.1:4100; the value of FAKE_SHOPIFY_URL. */
  readonly url: string;
  readonly clock: StandInClock;
  readonly trouble: Trouble;
  /** What becomes of webhooks from now on, and the dice for it. */
  readonly delivery: World['delivery'];
  readonly calls: CallLog;
  readonly app: AppConfig;
  /** Where webhooks with a relative uri go from now on. */
  sendWebhooksTo(appUrl: string): void;
  /** @throws Error when there is no such shop */
  shop(domain: string): ShopOffice;
  close(): Promise<void>;
};

/** Starts the stand-in of Shopify for the given shops on 127.0.0.1. */
export async function startFakeShopify(options: FakeShopifyOptions): Promise<FakeShopify> {
  const world = await createWorld(options);
  const server = createServer((request, response) => {
    answer(world, request, response, options.extraRoutes).catch((error: unknown) => {
      // A fault of the stand-in itself must be loud: it is never one of Shopify's answers.
      console.error('fake-shopify:', error);
      if (!response.headersSent) response.writeHead(599);
      response.end(`fake-shopify: ${String(error)}`);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    clock: world.clock,
    trouble: world.trouble,
    delivery: world.delivery,
    calls: world.calls,
    app: world.app,
    sendWebhooksTo: (appUrl) => {
      world.appUrl = appUrl;
    },
    shop: (domain) => {
      const office = world.offices.get(domain);
      if (office === undefined) throw new Error(`there is no shop ${domain}`);
      return office;
    },
    close: async () => {
      await world.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
