/** Languages with a complete file of texts; the first is the one everybody else reads. */
export const LOCALES = ['en', 'ko', 'zh-TW'] as const;
export type Locale = (typeof LOCALES)[number];

/**
 * The language a document is shown in: what Shopify names in `locale` (the language of the person in the admin),
 * else the first of ours the browser asks for, else English.
 */
export function localeOf(request: Request): Locale {
  const named = new URL(request.url).searchParams.get('locale');
  if (named) return ours(named) ?? LOCALES[0];
  return accepted(request.headers.get('Accept-Language') ?? '');
}

/** The language a built document says it is in. */
export function localeNamed(name: string): Locale {
  return LOCALES.find((locale) => locale === name) ?? LOCALES[0];
}

/** The best of an Accept-Language header that we have. */
function accepted(header: string): Locale {
  const wishes = header.split(',').map((wish) => {
    const [tag = '', ...settings] = wish.split(';').map((part) => part.trim());
    const weight = settings.find((setting) => setting.startsWith('q='))?.slice(2) ?? '1';
    return { tag, weight: Number(weight) };
  });
  const found = wishes
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => ours(tag));
  return found.find((locale) => locale !== null) ?? LOCALES[0];
}

/** The language of ours that a tag ("ko-KR", "zh-HK", "en_GB") means; null for another one, or for no tag at all. */
function ours(tag: string): Locale | null {
  let language: Intl.Locale;
  try {
    language = new Intl.Locale(tag.replaceAll('_', '-')).maximize();
  } catch {
    return null;
  }
  // Whoever reads traditional characters reads zh-TW, wherever they are; simplified ones are another script.
  if (language.script === 'Hant') return 'zh-TW';
  return LOCALES.find((locale) => locale === language.language) ?? null;
}
