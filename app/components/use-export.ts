import { useEffect, useRef, useState } from 'react';
import { saveFile } from './save-file.ts';

/** Where an export stands; `customers` are those read so far. */
type ExportState =
  | { at: 'idle' | 'failed' | 'often' }
  | { at: 'going'; customers: number }
  | { at: 'saved'; customers: number; name: string };

const LINE_FEED = 10;
/** Lines of a file that are no customer: a header, or what stands before and after the list. */
const OTHER_LINES = { csv: 1, json: 2 } as const;

/**
 * Fetches a file piece by piece, so that progress shows and it can be stopped, and saves it once it is whole: what
 * broke off is not saved. The admin's fetch signs the request, which a link could not.
 */
export function useExport(url: string) {
  const [state, setState] = useState<ExportState>({ at: 'idle' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const start = async (kind: 'csv' | 'json'): Promise<void> => {
    const stopped = new AbortController();
    running.current?.abort();
    running.current = stopped;
    setState({ at: 'going', customers: 0 });
    try {
      const response = await fetch(`${url}${url.includes('?') ? '&' : '?'}as=${kind}`, {
        signal: stopped.signal,
      });
      if (!response.ok || response.body === null) {
        return setState({ at: response.status === 429 ? 'often' : 'failed' });
      }
      const name = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1];
      const pieces: Uint8Array<ArrayBuffer>[] = [];
      let lines = -OTHER_LINES[kind];
      for (const reader = response.body.getReader(); ;) {
        const { done, value } = await reader.read();
        if (done) break;
        pieces.push(value);
        lines += countLines(value);
        setState({ at: 'going', customers: Math.max(0, lines) });
      }
      const saved = name ?? `rekindle.${kind}`;
      saveFile(saved, new Blob(pieces));
      setState({ at: 'saved', customers: Math.max(0, lines), name: saved });
    } catch {
      setState({ at: stopped.signal.aborted ? 'idle' : 'failed' });
    }
  };
  return { state, start, stop: () => running.current?.abort() };
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (const byte of bytes) if (byte === LINE_FEED) lines += 1;
  return lines;
}
