import { useRevalidator } from '@remix-run/react';
import { useEffect } from 'react';

/** Milliseconds between looks while an undo is under way. */
const PACE = 2_000;

/** Reads the page again and again while an undo is under way. */
export function useUndoProgress(underWay: boolean): void {
  const { revalidate, state } = useRevalidator();
  useEffect(() => {
    if (!underWay || state !== 'idle') return undefined;
    // Again and again: a page that was hidden at one look goes on at the next.
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') revalidate();
    }, PACE);
    return () => clearInterval(timer);
  }, [underWay, state, revalidate]);
}
