import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { LOCALES } from '#app/i18n/locale.ts';
import {
  askedFor,
  askedIn,
  groupless,
  keysFor,
  parsed,
  placeholdersOf,
  sourceFiles,
  textsIn,
  walk,
} from './texts.ts';

const file = (locale: string): string => `app/i18n/${locale}.json`;
const english = textsIn(file('en'));
const files = sourceFiles();

/** Names and abbreviations that every language writes alike; what has no letter outside its holes is alike anyway. */
const PROPER_NAMES = new Set(['Rekindle', 'SMS']);
const hasWords = (text: string): boolean => /\p{L}/u.test(text.replaceAll(/\{\{.*?\}\}/g, ''));
const mayEqual = (text: string): boolean =>
  !hasWords(text) || PROPER_NAMES.has(text.replaceAll(/ – \{\{page\}\}/g, ''));

describe('the English texts', () => {
  it('given the code, then it asks for each of them', () => {
    const { names, patterns } = askedIn(files);
    const asked = (key: string): boolean => names.has(key) || patterns.some((pattern) => pattern.test(key));
    const unused = [...english.keys()].filter((key) => !asked(askedFor(key)));
    expect(unused).toEqual([]);
  });

  it('given a name that code puts together, then it begins with its group, so that one can tell what is used', () => {
    expect(groupless(files)).toEqual([]);
  });
});

describe.each(LOCALES.filter((locale) => locale !== 'en'))('the texts in %s', (locale) => {
  const texts = textsIn(file(locale));
  const needed = keysFor(locale, english);
  const englishOf = (key: string): string => english.get(key) ?? '';

  it('given English, then none is missing and none is left over', () => {
    expect({
      missing: [...needed].filter((key) => !texts.has(key)),
      leftOver: [...texts.keys()].filter((key) => !needed.has(key)),
    }).toEqual({ missing: [], leftOver: [] });
  });

  it('given an English text, then the same is filled in', () => {
    const other = [...texts].filter(
      ([key, text]) => placeholdersOf(text).join() !== placeholdersOf(englishOf(key)).join(),
    );
    expect(other).toEqual([]);
  });

  it('given an English text, then it is translated, unless it is a name', () => {
    const same = [...texts].filter(([key, text]) => text === englishOf(key) && !mayEqual(text));
    expect(same).toEqual([]);
  });

  it('given what is stored, then each sentence of the schema is translated, and no other', () => {
    const stored = JSON.parse(readFileSync('app/routes/app.privacy/stored.json', 'utf8')) as {
      what: string;
      holds: string;
      kept: string;
    }[];
    const sentences = stored.flatMap(({ what, holds, kept }) => [what, holds, ...kept.split('; ')]);
    const words = textsIn(`app/i18n/stored.${locale}.json`);
    expect([...words.keys()].sort()).toEqual([...new Set(sentences)].sort());
    expect([...words].filter(([sentence, text]) => sentence === text || text === '')).toEqual([]);
  });

  it('given Polaris, then it has all its words in this language', () => {
    const polaris = (of: string) => textsIn(`node_modules/@shopify/polaris/locales/${of}.json`);
    const words = polaris(locale);
    expect([...polaris('en').keys()].filter((key) => !words.has(key))).toEqual([]);
  });
});

describe('the pages', () => {
  /** Attributes and fields whose value somebody reads or hears. */
  const READ =
    /^(title|subtitle|label|labelHidden|aria-label|alt|placeholder|accessibilityLabel|content|helpText|heading|text|error|emptyState)$/;
  const letters = (text: string): boolean => /\p{L}{2}/u.test(text);

  it('given any page, then every word on it comes from the texts', () => {
    const written: string[] = [];
    for (const path of files.filter((one) => one.endsWith('.tsx'))) {
      walk(parsed(path), (node) => {
        const found = ownWords(node);
        if (found !== null && letters(found) && !english.has(found)) written.push(`${path}: ${found.trim()}`);
      });
    }
    expect(written).toEqual([]);
  });

  /** What a piece of a page says in its own words; code (a metafield's key) is the same everywhere. */
  function ownWords(node: ts.Node): string | null {
    if (ts.isJsxText(node)) return isCode(node.parent) ? null : node.text;
    const value = ts.isJsxAttribute(node) || ts.isPropertyAssignment(node) ? node.initializer : undefined;
    if (value === undefined || !ts.isStringLiteralLike(value)) return null;
    const { name } = node as ts.JsxAttribute | ts.PropertyAssignment;
    // The size of a phone's page is no text.
    if (ts.isJsxAttribute(node) && node.parent.parent.getText().startsWith('<meta')) return null;
    return READ.test(name.getText().replaceAll("'", '')) ? value.text : null;
  }

  const isCode = (node: ts.Node): boolean =>
    ts.isJsxElement(node) && /^(code|pre)$/.test(node.openingElement.tagName.getText());
});
