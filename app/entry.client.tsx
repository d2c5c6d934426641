import { RemixBrowser } from '@remix-run/react';
import { StrictMode, startTransition } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { LanguageProvider } from '#app/i18n/language.tsx';
import { languageOf } from '#app/i18n/languages.ts';
import { localeNamed } from '#app/i18n/locale.ts';

/** Brings the document to life in the language the server wrote it in, which it keeps until it is loaded anew. */
async function hydrate(): Promise<void> {
  const language = await languageOf(localeNamed(document.documentElement.lang));
  startTransition(() => {
    hydrateRoot(
      document,
      <StrictMode>
        <LanguageProvider language={language}>
          <RemixBrowser />
        </LanguageProvider>
      </StrictMode>,
    );
  });
}

void hydrate();
