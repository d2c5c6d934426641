/** The passes of an import that are bulk exports. */
export type ExportKind = 'orders' | 'details' | 'customers';

/** Milliseconds without a new object after which an export counts as stuck. */
export const STALL_MS = 30 * 60_000;

/** Milliseconds that an export waits for a free place at Shopify before the import says that it cannot. */
export const PLACE_MS = 6 * 3_600_000;

/** Why an export must be made again; `cut` asks for smaller slices at once. */
export interface MakeAgain {
  replace: string;
  cut: boolean;
}

/** Why making it again does not help: a problem that the page puts into words. */
export interface GiveUp {
  problem: string;
  detail: Record<string, string | number>;
}
