import { createContext, useContext, type ReactNode } from 'react';

const Manages = createContext(false);

/** Tells everything below it whether the person who looks may change settings, write and launch. */
export function ViewerProvider({ manages, children }: { manages: boolean; children: ReactNode }) {
  return <Manages.Provider value={manages}>{children}</Manages.Provider>;
}

/**
 * Whether the person who looks is the account owner or a manager. It only spares others a refusal: what they may do
 * is decided on the server.
 */
export function useManages(): boolean {
  return useContext(Manages);
}
