import { useEffect, useState } from 'react';

/** Who is asked for, and what would become of them: those left out are counted once, under the first reason. */
type CampaignCount = {
  asked: number;
  leftOut: Record<string, number>;
  members: number;
  strata: { stratum: string; customers: number }[];
};

/** Why nobody can be counted. */
type Uncounted = 'not-scored' | 'segment-gone' | 'shopify-segment';

/** What the page that counts answers. */
export type CampaignCountAnswer = { count: CampaignCount } | { uncounted: Uncounted };

export type CountedCampaign =
  { at: 'incomplete' | 'counting' | 'failed' | Uncounted } | ({ at: 'counted' } & CampaignCount);

/** Milliseconds without a change after which is counted. */
const QUIET_MS = 300;

/**
 * Counts who would take part whenever the audience changes, a moment after the last change; what is overtaken is given
 * up.
 * @param audience as text, null while it is not complete
 */
export function useCampaignCount(audience: string | null): CountedCampaign {
  const [last, setLast] = useState<{ audience: string | null; answer: CampaignCountAnswer | null }>({
    audience: null,
    answer: null,
  });
  useEffect(() => {
    if (audience === null) return undefined;
    const stopped = new AbortController();
    const count = async (): Promise<void> => {
      try {
        const answer = await fetch('/app/campaigns/count', {
          method: 'POST',
          body: new URLSearchParams({ audience }),
          signal: stopped.signal,
        });
        const counted = answer.ok ? ((await answer.json()) as CampaignCountAnswer) : null;
        setLast({ audience, answer: counted });
      } catch {
        if (!stopped.signal.aborted) setLast({ audience, answer: null });
      }
    };
    const timer = setTimeout(() => void count(), QUIET_MS);
    return () => {
      clearTimeout(timer);
      stopped.abort();
    };
  }, [audience]);
  if (audience === null) return { at: 'incomplete' };
  if (last.audience !== audience) return { at: 'counting' };
  if (last.answer === null) return { at: 'failed' };
  return 'uncounted' in last.answer ? { at: last.answer.uncounted } : { at: 'counted', ...last.answer.count };
}
