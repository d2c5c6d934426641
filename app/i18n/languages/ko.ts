import polaris from '@shopify/polaris/locales/ko.json';
import words from '../ko.json';
import type { Language } from '../language.tsx';
import stored from '../stored.ko.json';

/** Korean, with Polaris' own words. */
export const ko: Language = { locale: 'ko', words, polaris, stored };
