import { Link } from '@remix-run/react';
import type { LinkLikeComponentProps } from '@shopify/polaris/build/ts/src/utilities/link';

/** What Polaris renders its links with: our pages by the router, everything else in the admin around us. */
export function PolarisLink({ url = '', external, children, ...rest }: LinkLikeComponentProps) {
  if (url.startsWith('/') && external !== true) {
    return (
      <Link to={url} {...rest}>
        {children}
      </Link>
    );
  }
  return (
    <a href={url} target="_top" rel="noreferrer" {...rest}>
      {children}
    </a>
  );
}
