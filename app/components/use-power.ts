import { useEffect, useState } from 'react';
import type { PowerCardProps } from './power-card.tsx';

/** What the page that tells what a campaign can show answers; no base where the audience cannot be told. */
export type PowerAnswer = { base: PowerCardProps['base'] | null; margin: number | null };

/** Milliseconds without a change after which is asked: after the count, which is wanted first. */
const QUIET_MS = 700;

/**
 * How customers like these order by themselves, asked anew a moment after audience or days change. The last answer stays
 * to be seen while the next is on its way.
 * @param audience as text, null while it is not complete
 * @param observeDays null while they cannot be read
 */
export function usePower(audience: string | null, observeDays: number | null): PowerAnswer | null {
  const [answer, setAnswer] = useState<PowerAnswer | null>(null);
  useEffect(() => {
    if (audience === null || observeDays === null) return undefined;
    const stopped = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const body = new URLSearchParams({ audience, observeDays: String(observeDays) });
        const response = await fetch('/app/campaigns/power', {
          method: 'POST',
          body,
          signal: stopped.signal,
        });
        if (response.ok) setAnswer((await response.json()) as PowerAnswer);
      } catch {
        // Without it the form is of use too; the next change asks again.
      }
    };
    const timer = setTimeout(() => void ask(), QUIET_MS);
    return () => {
      clearTimeout(timer);
      stopped.abort();
    };
  }, [audience, observeDays]);
  return answer;
}
