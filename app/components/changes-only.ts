import type { ShouldRevalidateFunctionArgs } from '@remix-run/react';

/**
 * Whether somebody goes to the same page with other values of only these parameters of its address: those that the page
 * reads itself, so that nothing has to be asked of the server.
 */
export function changesOnly(
  parameters: readonly string[],
  {
    currentUrl,
    nextUrl,
    formMethod,
  }: Pick<ShouldRevalidateFunctionArgs, 'currentUrl' | 'nextUrl' | 'formMethod'>,
): boolean {
  // The same address is asked for to see what is new.
  if (formMethod !== undefined || currentUrl.href === nextUrl.href) return false;
  const rest = ({ pathname, search }: URL): string => {
    const others = new URLSearchParams(search);
    for (const name of parameters) others.delete(name);
    others.sort();
    return `${pathname}?${others}`;
  };
  return rest(currentUrl) === rest(nextUrl);
}
