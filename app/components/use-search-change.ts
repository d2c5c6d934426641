import { useLocation, useNavigation, useSearchParams } from '@remix-run/react';

/**
 * Changes what the address asks for, on top of a change that is still on its way: whoever chooses twice in a row
 * gets both.
 */
export function useSearchChange(): (
  change: (search: URLSearchParams) => void,
  options?: { replace?: boolean; preventScrollReset?: boolean },
) => void {
  const [, setSearch] = useSearchParams();
  const { pathname, search } = useLocation();
  const { location: coming } = useNavigation();
  return (change, options) => {
    const wanted = new URLSearchParams(coming?.pathname === pathname ? coming.search : search);
    change(wanted);
    setSearch(wanted, options);
  };
}
