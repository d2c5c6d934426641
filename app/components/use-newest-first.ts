import { useTranslation } from 'react-i18next';

/** What the buttons under a list are called that begins with the newest: one goes on, the other back to the beginning. */
export function useNewestFirst() {
  const { t } = useTranslation();
  const [previous, next] = [t('privacy.log.newest'), t('privacy.log.older')];
  return { previousTooltip: previous, nextTooltip: next, accessibilityLabels: { previous, next } };
}

/** What turns the pages of such a list by their addresses; without one the button is off. */
export function useNewestFirstPages({ previous, next }: { previous?: string; next?: string }) {
  const words = useNewestFirst();
  return {
    ...words,
    hasPrevious: previous !== undefined,
    hasNext: next !== undefined,
    ...(previous === undefined ? {} : { previousURL: previous }),
    ...(next === undefined ? {} : { nextURL: next }),
  };
}
