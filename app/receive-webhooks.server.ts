import type { IncomingMessage, ServerResponse } from 'node:http';
import { env } from './env.server.ts';
import { inWaves } from './in-waves.server.ts';
import { logger } from './logger.server.ts';
import { openIntake, type ReceivedWebhook } from './models/inbox-intake.server.ts';
import { webhookEndpoint } from './webhook-endpoint.server.ts';

/** Least time from the beginning of a commit to that of the next, in milliseconds: a disk that is asked to flush 500 times a second stalls more often. */
export const EVERY_MS = 5;
/** Longest wait for the database in milliseconds; Shopify hangs up after five seconds and comes again. */
const WITHIN_MS = 2_000;
/** Webhooks that wait for the database at most. */
const MOST_WAITING = 5_000;

/** The way of webhooks into the inbox. */
export type WebhookReceiver = {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Lets go of the database; to be called when every request is answered. */
  close(): Promise<void>;
};

/** Receives webhooks with this process's secrets into its database. */
export function receiveWebhooks(): WebhookReceiver {
  const secrets = [env.SHOPIFY_API_SECRET, env.SHOPIFY_API_SECRET_PREVIOUS].filter((s) => s !== undefined);
  const intake = openIntake(WITHIN_MS);
  let failing = false;
  const keep = inWaves<ReceivedWebhook>(
    (webhooks, signal) =>
      intake.store(webhooks, signal).then(
        () => {
          if (failing) logger.info('webhooks are stored again');
          failing = false;
        },
        (error: unknown) => {
          // Told once per outage: Shopify sends them again, and so would the log.
          if (!failing) logger.error({ err: error, webhooks: webhooks.length }, 'webhooks are not stored');
          failing = true;
          throw error;
        },
      ),
    { everyMs: EVERY_MS, withinMs: WITHIN_MS, most: MOST_WAITING },
  );
  return { handle: webhookEndpoint(secrets, keep), close: () => intake.close() };
}
