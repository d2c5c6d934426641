import { useRevalidator } from '@remix-run/react';
import { useEffect } from 'react';

/** Milliseconds between looks while an undo is under way. */
const PACE = 2_000;

/** Reads the page again and again while an undo is under way. */
export function useUndoProgress(underWay: boolean): void {
  const { revalidate, state } = useRevalidator();
  useEffect(() => {
    if (!underWay || state !== 'idle') return undefined;
    const timer = setTimeout(() => {
      if (document.visibilityState === 'visible') revalidate();
    }, PACE);
    return () => clearTimeout(timer);
  }, [underWay, state, revalidate]);
}
