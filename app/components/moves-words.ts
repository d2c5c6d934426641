import { useTranslation } from 'react-i18next';
import type { Direction, Place } from '#app/rfm/moves.ts';

/** What stands beside a move, so that its colour says nothing alone. */
export const DIRECTION_SIGN: Record<Direction, string> = { better: '↑', worse: '↓', even: '→', stayed: '=' };

/** Prints the name of a place. */
export function usePlaceName(): (place: Place) => string {
  const { t } = useTranslation();
  return (place) => t(place === null ? 'segments.none' : `segments.${place}.name`);
}
