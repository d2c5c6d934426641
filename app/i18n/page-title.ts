import type { ParseKeys } from 'i18next';

/** What a route says of itself: the text that names its page, where it has a name of its own. */
export type PageHandle = { title: ParseKeys };

/** The name of the innermost page, null for one that is called like the app. */
export function titleKeyOf(matches: readonly { handle?: unknown }[]): ParseKeys | null {
  const named = matches.findLast(({ handle }) => typeof handle === 'object' && handle !== null);
  return (named?.handle as PageHandle | undefined)?.title ?? null;
}
