import { z } from 'zod';
import type { ShopRow } from '#app/models/shops.server.ts';
import type { AdminClient } from '#app/shopify/admin.server.ts';

/** What every job carries: the shop, and the install it belongs to, so that older work can be dropped. */
export const shopPayload = z.object({
  shopId: z.number().int().positive(),
  generation: z.number().int().positive(),
  /** Times this work was put off in a row because Shopify or the network was away. */
  outages: z.number().int().min(0).optional(),
});

export type ShopPayload = z.infer<typeof shopPayload>;

export interface JobContext {
  shop: ShopRow;
  admin: AdminClient;
  /** Aborted when the worker is told to stop or the run took longer than its claim. */
  signal: AbortSignal;
}

/**
 * What came of a run: its work is done, the same job is wanted again after so many seconds (0 = behind other shops),
 * or 'nothing': there was nothing to do, or it ended without having been done.
 */
export type JobOutcome = void | 'nothing' | { againInSeconds: number };

export interface Job<P extends ShopPayload = ShopPayload> {
  name: string;
  payload: z.ZodType<P>;
  /** Runs that may end in a bug or a refusal before the job is given up; outages do not count. */
  attempts: number;
  /** Also runs for shops that are parked or removed the app. */
  closedShops?: true;
  run: (payload: P, context: JobContext) => Promise<JobOutcome>;
  /** Puts the reason where the merchant sees it once the attempts are used up. */
  gaveUp?: (payload: P, reason: string) => Promise<void>;
}

/** A job in one place: its name, what it carries, how often it may fail and what it does. */
export function defineJob<P extends ShopPayload>(job: Job<P>): Job<P> {
  return job;
}
