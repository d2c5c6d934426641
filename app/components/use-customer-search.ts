import { useEffect, useRef, useState } from 'react';

/** What came of a search: numbers of customers, or why there are none. */
export type SearchAnswer = { at: 'found'; ids: number[]; more: boolean } | { at: 'denied' | 'failed' };

/** Has customers looked for by words that are kept nowhere; hands on whom Shopify found. */
export function useCustomerSearch(onFound: (ids: number[]) => void) {
  const [state, setState] = useState<SearchAnswer | { at: 'idle' | 'looking' }>({ at: 'idle' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const search = async (words: string): Promise<void> => {
    const stopped = new AbortController();
    running.current?.abort();
    running.current = stopped;
    setState({ at: 'looking' });
    try {
      const body = new URLSearchParams({ words });
      const response = await fetch('/app/customers/find', { method: 'POST', body, signal: stopped.signal });
      if (!response.ok) return setState({ at: 'failed' });
      const answer = (await response.json()) as SearchAnswer;
      setState(answer);
      if (answer.at === 'found') onFound(answer.ids);
    } catch {
      if (!stopped.signal.aborted) setState({ at: 'failed' });
    }
  };
  const clear = (): void => {
    running.current?.abort();
    setState({ at: 'idle' });
  };
  return { state, search, clear };
}
