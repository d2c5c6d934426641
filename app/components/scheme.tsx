import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NamedSegment, OwnColor } from '#app/rfm/own-scheme.ts';
import {
  schemeOf,
  SHIPPED_SEGMENTS,
  TEN_SEGMENTS,
  type Scheme,
  type SchemeChoice,
  type SegmentSlug,
} from '#app/rfm/schemes.ts';

const Context = createContext<{ scheme: Scheme; named: readonly NamedSegment[] }>({
  scheme: TEN_SEGMENTS,
  named: [],
});

type SchemeProviderProps = {
  choice: SchemeChoice;
  /** What the merchant calls the segments of their own scheme. */
  named: readonly NamedSegment[];
  children: ReactNode;
};

/** Tells everything below it by which scheme the segments it shows were named. */
export function SchemeProvider({ choice, named, children }: SchemeProviderProps) {
  const known = JSON.stringify([choice, named]);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the same choice comes as a new object with each answer
  const value = useMemo(() => ({ scheme: schemeOf(choice), named }), [known]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

/** The scheme by which the segments that are shown were named. */
export function useScheme(): Scheme {
  return useContext(Context).scheme;
}

/** The colours of the segments that ship. */
const COLORS: Readonly<Record<SegmentSlug, OwnColor>> = {
  champions: 'green',
  loyal: 'green',
  'potential-loyalists': 'blue',
  active: 'blue',
  recent: 'blue',
  new: 'blue',
  promising: 'blue',
  'needs-attention': 'yellow',
  'about-to-sleep': 'yellow',
  'almost-lost': 'yellow',
  'at-risk': 'orange',
  'cant-lose-them': 'red',
  'previously-loyal': 'red',
  hibernating: 'gray',
  dormant: 'gray',
  inactive: 'gray',
  high: 'green',
  medium: 'blue',
  low: 'gray',
};

/** How a segment is called and told apart. */
export type SegmentWords = {
  name: string;
  /** Two letters. */
  code: string;
  /** What its customers have in common, null of one that the merchant made. */
  means: string | null;
  color: OwnColor;
};

/** The words of a segment of the schemes that ship. */
export function useShippedWords(): (slug: SegmentSlug) => SegmentWords {
  const { t: typed } = useTranslation();
  // Which slugs there are is known to the schemes, and a test holds the texts against them.
  const t = typed as (key: string) => string;
  return (slug) => ({
    name: t(`segments.${slug}.name`),
    code: t(`segments.${slug}.code`),
    means: t(`segments.${slug}.means`),
    color: COLORS[slug] ?? 'gray',
  });
}

/** The words of a segment: the merchant's own while their scheme is in use, otherwise those of the schemes that ship. */
export function useSegmentWords(): (slug: SegmentSlug | null) => SegmentWords {
  const { t } = useTranslation();
  const shippedWords = useShippedWords();
  const { scheme, named } = useContext(Context);
  return (slug) => {
    if (slug === null) return { name: t('segments.none'), code: '–', means: null, color: 'gray' };
    const own = named.find((one) => one.slug === slug);
    const ships = SHIPPED_SEGMENTS.includes(slug);
    if (own !== undefined && (scheme.id === 'own' || !ships)) {
      return { name: own.name, code: codeOf(own.name), means: null, color: own.color };
    }
    return ships ? shippedWords(slug) : { name: slug, code: codeOf(slug), means: null, color: 'gray' };
  };
}

/** Two letters that stand for a name: the first of its first two words, or its first two. */
export function codeOf(name: string): string {
  const [first = [], second] = name
    .trim()
    .split(/[\s-]+/u)
    .map((word) => [...word]);
  if (second === undefined) return first.slice(0, 2).join('');
  return `${first[0] ?? ''}${second[0] ?? ''}`.toUpperCase();
}
