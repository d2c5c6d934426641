import type { Offer, Step } from './plan.ts';

/** The code a message tells of. `offer` is what it is for, `endsAt` epoch milliseconds. */
export type MessageCode = { code: string; offer: Offer; endsAt: number | null };

/** What a message has of its own: its offer, and the code of that. */
export type OwnCode = { offer: Offer; code: string | null; endsAt: number | null };

/**
 * The code a message tells of, null = none: that of its own offer, and in a reminder, which offers nothing of its own,
 * that of the step before for as long as it holds. No other message tells of an earlier code.
 */
export function messageCode(
  kind: Step['kind'],
  { offer, code, endsAt }: OwnCode,
  reminded: MessageCode | null,
  at: number,
): MessageCode | null {
  if (offer.kind !== 'none') return code === null ? null : { code, offer, endsAt };
  if (kind !== 'reminder' || reminded === null) return null;
  return reminded.endsAt === null || reminded.endsAt > at ? reminded : null;
}
