/** The passes of an import that are bulk exports. */
export type ExportKind = 'orders' | 'details' | 'customers';

/** Milliseconds without a new object after which an export counts as stuck. */
export const STALL_MS = 30 * 60_000;

/** Why an export must be made again; `cut` asks for smaller slices at once. */
export interface MakeAgain {
  replace: string;
  cut: boolean;
}
