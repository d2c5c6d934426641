import { createContext } from 'react';

/** The nonce of the document's inline scripts; empty in the browser, which hides it anyway. */
export const Nonce = createContext('');
