import type { AppProvider } from '@shopify/polaris';
import { createInstance, type i18n } from 'i18next';
import { createContext, useContext, useState, type ComponentProps, type ReactNode } from 'react';
import { I18nextProvider, initReactI18next } from 'react-i18next';
import type { Locale } from './locale.ts';

/** A group of texts, which may hold groups. */
type Words = { [key: string]: string | Words };

/** What a language brings. */
export type Language = {
  locale: Locale;
  /** The app's own texts. */
  words: Words;
  /** Polaris' texts. */
  polaris: ComponentProps<typeof AppProvider>['i18n'];
  /** The sentences of the list of what is stored, by the English ones; one that is missing stays English. */
  stored: Readonly<Record<string, string>>;
};

const Spoken = createContext<Language | null>(null);

/** Shows everything below in a language. Ready at once, so that server and browser print the same. */
export function LanguageProvider({ language, children }: { language: Language; children: ReactNode }) {
  const [texts] = useState(() => createI18n(language));
  return (
    <Spoken.Provider value={language}>
      <I18nextProvider i18n={texts}>{children}</I18nextProvider>
    </Spoken.Provider>
  );
}

/** The language at hand. */
export function useLanguage(): Language {
  const language = useContext(Spoken);
  if (language === null) throw new Error('nothing is shown outside a LanguageProvider');
  return language;
}

function createI18n({ locale, words }: Language): i18n {
  const instance = createInstance();
  void instance.use(initReactI18next).init({
    lng: locale,
    // Each language is complete, which a test holds it to.
    fallbackLng: false,
    initAsync: false,
    resources: { [locale]: { translation: words } },
    // React escapes what it prints.
    interpolation: { escapeValue: false },
  });
  return instance;
}
