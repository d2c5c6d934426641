import { Link } from '@remix-run/react';
import type { LinkLikeComponentProps } from '@shopify/polaris/build/ts/src/utilities/link';
import type { ComponentProps } from 'react';

/** What Polaris renders its links with: our pages by the router, everything else in the admin around us. */
export function PolarisLink({ url = '', external, children, ...given }: LinkLikeComponentProps) {
  // Polaris types its props without exactOptionalPropertyTypes; an undefined prop is an absent one to React.
  const rest = given as Omit<ComponentProps<'a'>, 'ref'>;
  if (url.startsWith('/') && external !== true) {
    return (
      <Link {...rest} to={url}>
        {children}
      </Link>
    );
  }
  return (
    <a {...rest} href={url} target="_top" rel="noreferrer">
      {children}
    </a>
  );
}
