import { useFetcher, useRevalidator } from '@remix-run/react';
import { useEffect } from 'react';
import type { ShopProgress } from '#app/progress.server.ts';
import type { HomeAnswer } from './answer-home.server.ts';
import { isAwaited, isUnderWay } from './page-state.ts';

/** Milliseconds between looks while something is under way. */
const PACE = 2_000;

/**
 * The progress of the page's loader, kept current while work is under way or `answer` has begun some. A new
 * run or the end of the work reads the whole page again.
 */
export function useLiveProgress(loaded: ShopProgress, answer: HomeAnswer | undefined): ShopProgress {
  const { load, data, state } = useFetcher<ShopProgress>();
  const { revalidate } = useRevalidator();
  const current = data ?? loaded;
  const underWay = isUnderWay(current);
  const follow = underWay || isAwaited(answer, current);
  const stale =
    current.run?.id !== loaded.run?.id ||
    current.counting !== loaded.counting ||
    underWay !== isUnderWay(loaded);

  useEffect(() => {
    if (!follow || state !== 'idle') return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') load('/app/progress');
    }, PACE);
    return () => clearInterval(timer);
  }, [follow, state, load]);

  useEffect(() => {
    if (stale) revalidate();
  }, [stale, revalidate]);

  return current;
}
