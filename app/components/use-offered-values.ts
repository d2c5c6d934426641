import { useEffect, useRef, useState } from 'react';
import type { Value } from './value-picker.tsx';

/** Milliseconds without typing after which values are looked for. */
const QUIET_MS = 200;

/** Values of the shop that fit what is typed, fetched once somebody begins. */
export function useOfferedValues(what: string | null) {
  const [found, setFound] = useState<{ what: string | null; values: Value[] }>({ what, values: [] });
  const [asked, setAsked] = useState<string | null>(null);
  const [loading, setLoading] = useState(false);
  const known = useRef(new Map<string, string>());
  useEffect(() => {
    if (asked === null || what === null) return undefined;
    const stopped = new AbortController();
    const look = async (): Promise<void> => {
      const search = new URLSearchParams({ what, text: asked });
      try {
        const answer = await fetch(`/app/builder/values?${search}`, { signal: stopped.signal });
        if (!answer.ok) return;
        const { values } = (await answer.json()) as { values: Value[] };
        for (const { value, label } of values) known.current.set(`${what} ${value}`, label);
        setFound({ what, values });
      } catch {
        // What was found before stays; typing on asks again.
      } finally {
        if (!stopped.signal.aborted) setLoading(false);
      }
    };
    setLoading(true);
    const timer = setTimeout(() => void look(), QUIET_MS);
    return () => {
      clearTimeout(timer);
      stopped.abort();
    };
  }, [what, asked]);
  return {
    offered: found.what === what ? found.values : [],
    /** The name of a value that was offered at some time. */
    nameOf: (value: string): string | undefined => known.current.get(`${what} ${value}`),
    ask: setAsked,
    loading,
  };
}
