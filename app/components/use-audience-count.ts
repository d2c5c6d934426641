import { useEffect, useState } from 'react';
import type { Day } from '#app/rfm/calendar.ts';

type ChannelReach = { agreed: number; notAgreed: number };

/** What was counted of the customers that conditions are true of. */
export type AudienceCount = {
  profile: {
    customers: number;
    /** Minor units. */
    monetary: number;
    orders: number;
    tiers: { high: number; medium: number; low: number };
    reach: { customers: number; unknown: number; email: ChannelReach; sms: ChannelReach; phone: number };
  };
  asOf: Day;
  /** Customers with scores in all. */
  scored: number;
  /** What is in orders is still being gathered: there may be more. */
  gathers: boolean;
};

/** Where the count stands; the last one stays to be seen while the next is on its way. */
export type CountShown = { counted: AudienceCount | null; at: 'counting' | 'counted' | 'failed' };

/** Milliseconds without a change after which is counted. */
const QUIET_MS = 250;
/** Milliseconds after which is counted again while something is still being gathered. */
const AGAIN_MS = 3_000;

/**
 * Counts the customers that conditions are true of whenever these change, a moment after the last change; a count that
 * is overtaken is given up.
 * @param where the conditions as text, null while they are not complete
 */
export function useAudienceCount(where: string | null): CountShown {
  const [shown, setShown] = useState<CountShown>({ counted: null, at: 'counting' });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (where === null) return undefined;
    const stopped = new AbortController();
    let again: ReturnType<typeof setTimeout> | undefined;
    const count = async (): Promise<void> => {
      try {
        const body = new URLSearchParams({ where });
        const answer = await fetch('/app/builder/count', { method: 'POST', body, signal: stopped.signal });
        if (!answer.ok) return setShown(({ counted }) => ({ counted, at: 'failed' }));
        const counted = (await answer.json()) as AudienceCount;
        setShown({ counted, at: 'counted' });
        if (counted.gathers) again = setTimeout(() => setTurn((before) => before + 1), AGAIN_MS);
      } catch {
        if (!stopped.signal.aborted) setShown(({ counted }) => ({ counted, at: 'failed' }));
      }
    };
    setShown(({ counted }) => ({ counted, at: 'counting' }));
    const timer = setTimeout(() => void count(), QUIET_MS);
    return () => {
      clearTimeout(timer);
      clearTimeout(again);
      stopped.abort();
    };
  }, [where, turn]);
  return shown;
}
