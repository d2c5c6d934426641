import type { Language } from './language.tsx';
import type { Locale } from './locale.ts';

/** One built file a language, so that nobody loads the words of a language they do not read. */
const FILES: Record<Locale, () => Promise<Language>> = {
  en: async () => (await import('./languages/en.ts')).en,
  ko: async () => (await import('./languages/ko.ts')).ko,
  'zh-TW': async () => (await import('./languages/zh-TW.ts')).zhTW,
};

/** Everything a page needs to be shown in a language; loaded once. */
export function languageOf(locale: Locale): Promise<Language> {
  return FILES[locale]();
}
