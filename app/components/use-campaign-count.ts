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

/** A segment of Shopify's is read first; `of` is null until Shopify told how many customers it has. */
type Reading = { read: number; of: number | null };

/** What the page that counts answers. */
export type CampaignCountAnswer = { count: CampaignCount } | { uncounted: Uncounted } | { reading: Reading };

export type CountedCampaign =
  | { at: 'incomplete' | 'counting' | 'failed' | Uncounted }
  | ({ at: 'reading' } & Reading)
  | ({ at: 'counted' } & CampaignCount);

/** Milliseconds without a change after which is counted. */
const QUIET_MS = 300;
/** Milliseconds until it is asked again while a segment of Shopify's is read. */
const READING_MS = 1_500;

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
    let timer: ReturnType<typeof setTimeout>;
    const count = async (): Promise<void> => {
      try {
        const answer = await fetch('/app/campaigns/count', {
          method: 'POST',
          body: new URLSearchParams({ audience }),
          signal: stopped.signal,
        });
        const counted = answer.ok ? ((await answer.json()) as CampaignCountAnswer) : null;
        setLast({ audience, answer: counted });
        if (counted !== null && 'reading' in counted) timer = setTimeout(() => void count(), READING_MS);
      } catch {
        if (!stopped.signal.aborted) setLast({ audience, answer: null });
      }
    };
    timer = setTimeout(() => void count(), QUIET_MS);
    return () => {
      clearTimeout(timer);
      stopped.abort();
    };
  }, [audience]);
  if (audience === null) return { at: 'incomplete' };
  if (last.audience !== audience) return { at: 'counting' };
  if (last.answer === null) return { at: 'failed' };
  if ('reading' in last.answer) return { at: 'reading', ...last.answer.reading };
  return 'uncounted' in last.answer ? { at: last.answer.uncounted } : { at: 'counted', ...last.answer.count };
}
