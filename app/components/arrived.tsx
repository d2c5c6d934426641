import { BlockStack } from '@shopify/polaris';
import { useEffect, useRef, type ReactNode } from 'react';

/**
 * Takes the focus over from a button that is gone: when this is shown at first, and whenever `after` changes.
 */
export function Arrived({ after = true, children }: { after?: number | boolean; children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  const last = useRef<number | boolean | null>(null);
  useEffect(() => {
    if (last.current === after) return;
    last.current = after;
    if (document.activeElement === document.body) place.current?.focus({ preventScroll: true });
  }, [after]);
  return (
    <div className="rk-arrived" tabIndex={-1} ref={place}>
      <BlockStack gap="300">{children}</BlockStack>
    </div>
  );
}
