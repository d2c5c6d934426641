import { useFetcher } from '@remix-run/react';
import { useEffect } from 'react';
import type { Simulated } from '#app/rfm/simulated.ts';

/** Where it stands; 'outdated' when it was overtaken by others, 'invalid' when a field has to be mended first. */
export type SimulationShown =
  | { at: 'idle' | 'asked' | 'failed' | 'outdated' | 'invalid' | 'too-often' }
  | { at: 'done'; result: Simulated };

/** What the page that is asked answers. */
type Answer = { result: 'simulating'; number: number } | { result: string };

/** Milliseconds between looks at a simulation that is being worked out. */
const LOOK_MS = 500;

/** Has the page that is shown ask for a simulation, and follows that to its end. */
export function useSimulation(): { shown: SimulationShown; ask: (sent: Record<string, string>) => void } {
  const asker = useFetcher<Answer>();
  const watcher = useFetcher<{ number: number } & SimulationShown>();
  const { state, data, load } = watcher;
  const number = asker.data !== undefined && 'number' in asker.data ? asker.data.number : null;
  const found = (data?.number === number ? data : undefined) as SimulationShown | undefined;
  const waits = number !== null && (found === undefined || found.at === 'asked');
  useEffect(() => {
    if (!waits || state !== 'idle') return undefined;
    const timer = setTimeout(() => load(`/app/simulation?number=${number}`), LOOK_MS);
    return () => clearTimeout(timer);
  }, [waits, state, number, load]);
  const ask = (sent: Record<string, string>): void => asker.submit(sent, { method: 'post' });
  if (asker.state !== 'idle' || waits) return { shown: { at: 'asked' }, ask };
  if (asker.data?.result === 'invalid' || asker.data?.result === 'too-often')
    return { shown: { at: asker.data.result }, ask };
  if (asker.data === undefined) return { shown: { at: 'idle' }, ask };
  return { shown: found ?? { at: 'outdated' }, ask };
}
