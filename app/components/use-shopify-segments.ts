import { useEffect, useState } from 'react';

/** A segment in the shop's admin; `customers` is told of some only. */
type ShopifySegment = { gid: string; name: string; customers: number | null };

/** What the page that lists them answers; null when Shopify could not be asked. */
export type ShopifySegmentsAnswer = { segments: ShopifySegment[] | null };

type Listed = { at: 'asking' | 'failed' } | { at: 'listed'; segments: ShopifySegment[] };

/** The shop's segments in Shopify; `ask` asks anew. */
export function useShopifySegments(): Listed & { ask: () => void } {
  const [listed, setListed] = useState<Listed>({ at: 'asking' });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    const stopped = new AbortController();
    const list = async (): Promise<void> => {
      try {
        const answer = await fetch(`/app/campaigns/shopify-segments?try=${tries}`, {
          signal: stopped.signal,
        });
        const { segments } = answer.ok
          ? ((await answer.json()) as ShopifySegmentsAnswer)
          : { segments: null };
        setListed(segments === null ? { at: 'failed' } : { at: 'listed', segments });
      } catch {
        if (!stopped.signal.aborted) setListed({ at: 'failed' });
      }
    };
    void list();
    return () => stopped.abort();
  }, [tries]);
  const ask = (): void => {
    setListed({ at: 'asking' });
    setTries((before) => before + 1);
  };
  return { ...listed, ask };
}
