import { today } from '#app/clock.server.ts';
import { directory } from '#app/db.server.ts';
import type { LoadedOrders } from '#app/models/orders.server.ts';
import { readSettings, type Settings } from '#app/models/settings.server.ts';
import { FINANCIAL_STATUSES, type OrderBatch } from '#app/rfm/batches.ts';
import type { Day } from '#app/rfm/calendar.ts';
import type { CustomerStats } from '#app/rfm/customer-stats.ts';
import { emptyOrder } from '#app/rfm/order.ts';
import { described, statsFold, type DescribedShop } from './stats-fold.ts';

/**
 * The orders of a first import, folded into customers while they are loaded, so that the first scores need not read
 * them again. Kept in memory only and for one shop: without it, or when the stored orders are others by then, scoring
 * reads the database.
 */
export class LoadFold {
  readonly shopId: number;
  /** what the fold depends on beside the orders */
  readonly terms: string;
  readonly #fold: ReturnType<typeof statsFold>;
  #orders = 0;
  #high = 0;
  #low = 0;

  constructor(shop: DescribedShop, settings: Settings, asOf: Day) {
    this.shopId = shop.id;
    this.terms = termsOf(shop, settings, asOf);
    this.#fold = statsFold(shop, settings, asOf);
  }

  add(batch: OrderBatch): void {
    const order = emptyOrder();
    for (let i = 0; i < batch.length; i += 1) {
      const id = batch.id[i] as number;
      const customerId = batch.customerId[i] as number;
      const cancelledAt = batch.cancelledAt[i] as number;
      order.customerId = Number.isNaN(customerId) ? null : customerId;
      order.processedAt = batch.processedAt[i] as number;
      order.cancelledAt = Number.isNaN(cancelledAt) ? null : cancelledAt;
      order.test = batch.test[i] === 1;
      order.financialStatus = FINANCIAL_STATUSES[batch.financialStatus[i] as number] ?? null;
      order.currency = batch.currency[i] as string;
      order.total = batch.total[i] as number;
      order.refunded = batch.refunded[i] as number;
      this.#fold.add(order, 0);
      this.#high ^= Math.floor(id / TWO_32);
      this.#low ^= id;
    }
    this.#orders += batch.length;
  }

  /** The customers, if `stored` are the very orders that were folded. */
  statsOf({ orders, touched, ids }: LoadedOrders): CustomerStats | null {
    const same = orders === this.#orders && ids === this.#high * TWO_32 + (this.#low >>> 0);
    return same && touched === 0 ? this.#fold.finish() : null;
  }
}

const TWO_32 = 0x1_0000_0000;

let kept: { fold: LoadFold; expiry: NodeJS.Timeout } | null = null;

/** The fold to which a file of orders is to be added, null when the shop is not known well enough. */
export async function foldForLoad(shopId: number): Promise<LoadFold | null> {
  const shop = await directory.shopById(shopId);
  if (shop === null || shop.timeZone === null || shop.currency === null) return null;
  const known = described(shop);
  const settings = await readSettings(shopId);
  const asOf = today(known.timeZone);
  return takeFold(known, settings, asOf) ?? new LoadFold(known, settings, asOf);
}

/** How long a fold is kept, in milliseconds: the first scoring may run in another process, or never. */
const KEPT_MS = 120_000;

/** Keeps a fold once all that was added to it is committed. */
export function keepFold(fold: LoadFold): void {
  letGo();
  kept = { fold, expiry: setTimeout(letGo, KEPT_MS).unref() };
}

// With its timer, which would otherwise let go of a fold that is kept later.
function letGo(): void {
  clearTimeout(kept?.expiry);
  kept = null;
}

/** The kept fold of these terms, which is kept no longer; null when there is none. */
export function takeFold(shop: DescribedShop, settings: Settings, asOf: Day): LoadFold | null {
  if (kept?.fold.shopId !== shop.id) return null;
  const { fold } = kept;
  letGo();
  return fold.terms === termsOf(shop, settings, asOf) ? fold : null;
}

function termsOf({ timeZone, currency }: DescribedShop, settings: Settings, asOf: Day): string {
  const { windowDays, countTest, countCancelled, countUnpaid, countZero } = settings;
  return JSON.stringify([
    asOf,
    timeZone,
    currency,
    windowDays,
    countTest,
    countCancelled,
    countUnpaid,
    countZero,
  ]);
}
