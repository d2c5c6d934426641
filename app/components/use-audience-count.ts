import { useEffect, useState } from 'react';
import type { Day } from '#app/rfm/calendar.ts';

type ChannelReach = { agreed: number; notAgreed: number };

/** How many customers conditions are true of. */
type AudienceCount = {
  customers: number;
  asOf: Day;
  /** Customers who ever ordered, with scores or without. */
  of: number;
  /** What is in orders is still being gathered: there may be more. */
  gathers: boolean;
};

/** What they are like. */
type Profile = {
  customers: number;
  /** Minor units. */
  monetary: number;
  orders: number;
  tiers: { high: number; medium: number; low: number };
  reach: { customers: number; unknown: number; email: ChannelReach; sms: ChannelReach; phone: number };
};

/** What the page that counts answers. */
export type AudienceAnswer = { count: AudienceCount } | { profile: Profile };

/** Where the count stands. The profile is that of the last count, and stays to be seen while the next is on its way. */
export type CountShown = {
  count: AudienceCount | null;
  profile: Profile | null;
  at: 'counting' | 'counted' | 'failed';
};

/** Milliseconds without a change after which is counted. */
const QUIET_MS = 250;
/** Milliseconds after which is counted again while something is still being gathered. */
const AGAIN_MS = 3_000;

/**
 * Counts the customers that conditions are true of whenever these change, a moment after the last change, and then has
 * told what they are like; what is overtaken is given up.
 * @param where the conditions as text, null while they are not complete
 */
export function useAudienceCount(where: string | null): CountShown {
  const [last, setLast] = useState<Last>({ where: null, count: null, profile: null, failed: false });
  useEffect(() => {
    if (where === null) return undefined;
    const stopped = new AbortController();
    let again: ReturnType<typeof setTimeout> | undefined;
    const ask = async (what: 'count' | 'profile'): Promise<AudienceAnswer> => {
      const body = new URLSearchParams({ where, what });
      const answer = await fetch('/app/builder/count', { method: 'POST', body, signal: stopped.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      return (await answer.json()) as AudienceAnswer;
    };
    const count = async (): Promise<void> => {
      try {
        const counted = await ask('count');
        setLast((before) => ({ ...before, ...counted, where, failed: false }));
        const profiled = await ask('profile').catch(() => ({ profile: null }));
        if (!stopped.signal.aborted) setLast((before) => ({ ...before, ...profiled }));
        if ('count' in counted && counted.count.gathers) again = setTimeout(() => void count(), AGAIN_MS);
      } catch {
        if (!stopped.signal.aborted) setLast((before) => ({ ...before, where, profile: null, failed: true }));
      }
    };
    const timer = setTimeout(() => void count(), QUIET_MS);
    return () => {
      clearTimeout(timer);
      clearTimeout(again);
      stopped.abort();
    };
  }, [where]);
  const { count, profile, failed } = last;
  return { count, profile, at: last.where !== where ? 'counting' : failed ? 'failed' : 'counted' };
}

/** What was counted last, and of which conditions. */
type Last = Pick<CountShown, 'count' | 'profile'> & { where: string | null; failed: boolean };
