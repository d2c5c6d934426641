import { BlockStack } from '@shopify/polaris';
import { useEffect, useRef, type ReactNode } from 'react';

/** Takes the focus over from the button that asked for it and is gone. */
export function Arrived({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) place.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className="rk-arrived" tabIndex={-1} ref={place}>
      <BlockStack gap="300">{children}</BlockStack>
    </div>
  );
}
