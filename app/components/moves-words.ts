import type { Direction, Place } from '#app/rfm/moves.ts';
import { useSegmentWords } from './scheme.tsx';

/** What stands beside a move, so that its colour says nothing alone. */
export const DIRECTION_SIGN: Record<Direction, string> = { better: '↑', worse: '↓', even: '→', stayed: '=' };

/** Prints the name of a place. */
export function usePlaceName(): (place: Place) => string {
  const wordsOf = useSegmentWords();
  return (place) => wordsOf(place).name;
}
