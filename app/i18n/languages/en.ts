import polaris from '@shopify/polaris/locales/en.json';
import words from '../en.json';
import type { Language } from '../language.tsx';

/** English, with Polaris' own words. What is stored is told in English by the schema itself. */
export const en: Language = { locale: 'en', words, polaris, stored: {} };
