import { useFetcher } from '@remix-run/react';
import { useEffect, useState } from 'react';
import type { UndoPreviewState } from '#app/models/undo-previews.server.ts';
import type { UndoAnswer } from './answer-undo.server.ts';

/** Where the count of what undoing would do stands. */
type UndoPlanShown = UndoPreviewState | { at: 'idle' | 'not-possible' | 'too-often' };

/** Milliseconds between looks at a count under way. */
const LOOK_MS = 500;

/** Has the page `here` count what undoing would do, and follows that to its end. */
export function useUndoPlan(here: string): { shown: UndoPlanShown; ask: () => void; dismiss: () => void } {
  const asker = useFetcher<UndoAnswer>();
  const watcher = useFetcher<{ number: number } & UndoPreviewState>();
  // An answer that was looked at and put away.
  const [dismissed, setDismissed] = useState<UndoAnswer>();
  const answer = asker.data === dismissed ? undefined : asker.data;
  const { state, data, load } = watcher;
  const number = answer?.result === 'counting' ? answer.number : null;
  const found = data?.number === number ? data : undefined;
  const waits = number !== null && (found === undefined || found.at === 'asked');
  useEffect(() => {
    if (!waits || state !== 'idle') return undefined;
    const timer = setTimeout(() => load(`/app/undo-plan?number=${number}`), LOOK_MS);
    return () => clearTimeout(timer);
  }, [waits, state, number, load]);
  const ask = (): void => asker.submit({ intent: 'preview' }, { method: 'post', action: here });
  const dismiss = (): void => setDismissed(asker.data);
  return { shown: shownOf(), ask, dismiss };

  function shownOf(): UndoPlanShown {
    if (asker.state !== 'idle' || waits)
      return found?.at === 'asked' ? found : { at: 'asked', looked: 0, of: null };
    if (answer === undefined) return { at: 'idle' };
    if (answer.result === 'not-possible' || answer.result === 'too-often') return { at: answer.result };
    return found ?? { at: 'outdated' };
  }
}
