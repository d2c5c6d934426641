/** Shopify's bucket is empty; nothing was executed. `waitMs` is how long Shopify needs to refill it. */
export class Throttled extends Error {
  override readonly name = 'Throttled';
  readonly waitMs: number;
  constructor(waitMs: number) {
    super(`Shopify throttles this shop: try again in ${Math.ceil(waitMs)} ms`);
    this.waitMs = waitMs;
  }
}

/**
 * No usable answer: network, 5xx, timeout, redirect. `unknownOutcome` is true when Shopify may have executed
 * the request all the same: look before repeating it.
 */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly unknownOutcome: boolean;
  constructor(what: string, unknownOutcome: boolean, cause?: unknown) {
    super(what, cause === undefined ? undefined : { cause });
    this.unknownOutcome = unknownOutcome;
  }
}

/** One entry of a mutation's userErrors. `elementIndex` is the failing entry of metafieldsSet. */
export type UserError = {
  field: string[] | null;
  message: string;
  code?: string | null;
  elementIndex?: number | null;
};

/** Shopify understood the mutation and refused it. */
export class Rejected extends Error {
  override readonly name = 'Rejected';
  readonly userErrors: UserError[];
  constructor(userErrors: UserError[]) {
    super(`Shopify refused: ${userErrors.map((error) => error.message).join('; ')}`);
    this.userErrors = userErrors;
  }
}

/**
 * Why Shopify no longer lets this app speak for the shop. 'reconnect': nobody opened the app for so long
 * that the refresh token died; opening it heals that.
 */
type UninstalledReason = 'revoked' | 'payment' | 'forbidden' | 'locked' | 'reconnect';

/** The shop is closed to this app until a person acts: park its work, do not retry. */
export class Uninstalled extends Error {
  override readonly name = 'Uninstalled';
  readonly reason: UninstalledReason;
  constructor(reason: UninstalledReason, detail = '') {
    super(`The shop is closed to this app (${reason})${detail && `: ${detail}`}`);
    this.reason = reason;
  }
}

/** A scope or an approval for protected data is missing. `scope` is Shopify's wording of what it asks for. */
export class AccessDenied extends Error {
  override readonly name = 'AccessDenied';
  readonly scope: string;
  constructor(scope: string) {
    super(`Shopify denies access: ${scope}`);
    this.scope = scope;
  }
}

/** Shopify gives a result file out for seven days; this one must be made again. */
export class FileExpired extends Error {
  override readonly name = 'FileExpired';
  constructor() {
    super('Shopify no longer gives this result file out');
  }
}
