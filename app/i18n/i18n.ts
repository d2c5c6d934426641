import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './en.json';

/** Languages with a complete file of texts. */
const LOCALES = ['en'] as const;
export type Locale = (typeof LOCALES)[number];

/** The language for a `locale` parameter of Shopify ("en-GB", "ko"): the closest we have, English otherwise. */
export function localeFor(wanted: string | null): Locale {
  const language = wanted?.split('-')[0]?.toLowerCase();
  return LOCALES.find((locale) => locale === language) ?? 'en';
}

/** One i18next instance per render tree, ready synchronously, so that server and browser print the same. */
export function createI18n(locale: Locale): i18n {
  const instance = createInstance();
  void instance.use(initReactI18next).init({
    lng: locale,
    fallbackLng: 'en',
    initAsync: false,
    resources: { en: { translation: en } },
    // React escapes what it prints.
    interpolation: { escapeValue: false },
  });
  return instance;
}
