import { useEffect, useState } from 'react';
import type { Value } from './value-picker.tsx';

/** Milliseconds without typing after which values are looked for. */
const QUIET_MS = 200;

/** Values of the shop that fit what is typed, fetched once somebody begins. */
export function useOfferedValues(what: string | null) {
  const [asked, setAsked] = useState<string | null>(null);
  const [found, setFound] = useState<{ what: string | null; text: string | null; values: Value[] }>({
    what: null,
    text: null,
    values: [],
  });
  const [names, setNames] = useState<Readonly<Record<string, string>>>({});
  useEffect(() => {
    if (asked === null || what === null) return undefined;
    const stopped = new AbortController();
    const look = async (): Promise<void> => {
      const search = new URLSearchParams({ what, text: asked });
      try {
        const answer = await fetch(`/app/builder/values?${search}`, { signal: stopped.signal });
        const { values } = answer.ok ? ((await answer.json()) as { values: Value[] }) : { values: [] };
        setNames((before) => ({
          ...before,
          ...Object.fromEntries(values.map(({ value, label }) => [`${what} ${value}`, label])),
        }));
        setFound({ what, text: asked, values });
      } catch {
        // Typing on asks again.
        if (!stopped.signal.aborted) setFound({ what, text: asked, values: [] });
      }
    };
    const timer = setTimeout(() => void look(), QUIET_MS);
    return () => {
      clearTimeout(timer);
      stopped.abort();
    };
  }, [what, asked]);
  return {
    offered: found.what === what ? found.values : [],
    /** The name of a value that was offered at some time. */
    nameOf: (value: string): string | undefined => names[`${what} ${value}`],
    ask: setAsked,
    loading: asked !== null && (found.text !== asked || found.what !== what),
  };
}
