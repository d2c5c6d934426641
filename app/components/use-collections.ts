import { useEffect, useState } from 'react';

type Collection = { id: number; title: string };

/** What the page that searches them answers: null when Shopify could not be asked. */
export type CollectionsAnswer = { offered: Collection[] | null; named: Collection[] };

/** Milliseconds without typing after which is searched. */
const QUIET_MS = 200;

/**
 * The shop's collections whose titles fit what is typed, and how collections are called.
 * @param chosen numbers whose names are wanted with the first answer
 */
export function useCollections(chosen: readonly string[]) {
  const [unnamed] = useState(chosen);
  const [asked, setAsked] = useState('');
  const [found, setFound] = useState<{ text: string | null; offered: Collection[] | null }>({
    text: null,
    offered: [],
  });
  const [names, setNames] = useState<Readonly<Record<string, string>>>({});
  useEffect(() => {
    const stopped = new AbortController();
    const look = async (): Promise<void> => {
      const search = new URLSearchParams([['text', asked], ...unnamed.map((id) => ['id', id])]);
      let answer: CollectionsAnswer = { offered: null, named: [] };
      try {
        const response = await fetch(`/app/campaigns/collections?${search}`, { signal: stopped.signal });
        if (response.ok) answer = (await response.json()) as CollectionsAnswer;
      } catch {
        // Typing on asks again.
        if (stopped.signal.aborted) return;
      }
      const { offered, named } = answer;
      setNames((before) => ({
        ...before,
        ...Object.fromEntries([...named, ...(offered ?? [])].map(({ id, title }) => [String(id), title])),
      }));
      setFound({ text: asked, offered });
    };
    const timer = setTimeout(() => void look(), QUIET_MS);
    return () => {
      clearTimeout(timer);
      stopped.abort();
    };
  }, [asked, unnamed]);
  return {
    offered: (found.offered ?? []).map(({ id, title }) => ({ value: String(id), label: title })),
    nameOf: (id: string): string | undefined => names[id],
    ask: setAsked,
    loading: found.text !== asked,
    failed: found.offered === null,
  };
}
