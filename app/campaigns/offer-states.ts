/**
 * Where an offer to one customer stands. Staff decide on `review` and `later`; `approved` waits for its code, `ready` for
 * its turn; `sending` is noted before anything leaves; the others are ends. After `sending`, nothing of it is ever
 * repeated that could reach the customer twice: what nobody knows the outcome of is `unknown`.
 */
export type OfferState =
  | 'review'
  | 'later'
  | 'approved'
  | 'ready'
  | 'sending'
  | 'given'
  | 'skipped'
  | 'dropped'
  | 'failed'
  | 'unknown';

/** Why an offer was not given although it was due. */
export type DropReason =
  | 'ordered'
  | 'left-audience'
  | 'no-consent'
  | 'suppressed'
  | 'erased'
  | 'stopped'
  | 'cap'
  | 'budget'
  | 'margin'
  | 'expired'
  | 'superseded';

/** The state of an offer that may go out: one that needs a code waits for it. */
export function approved(needsCode: boolean): OfferState {
  return needsCode ? 'approved' : 'ready';
}
