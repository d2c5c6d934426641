import { describe, expect, it } from 'vitest';
import { localeOf } from '#app/i18n/locale.ts';

const asked = (search: string, accepted?: string): string =>
  localeOf(
    new Request(`https://rekindle.example/app${search}`, {
      headers: accepted === undefined ? {} : { 'Accept-Language': accepted },
    }),
  );

describe('the language of a document', () => {
  it.each([
    ['en', 'en'],
    ['en-GB', 'en'],
    ['ko', 'ko'],
    ['ko-KR', 'ko'],
    ['zh-TW', 'zh-TW'],
    ['zh-Hant', 'zh-TW'],
    ['zh-HK', 'zh-TW'],
    ['zh-Hant-HK', 'zh-TW'],
    ['zh_TW', 'zh-TW'],
    // Simplified characters, and languages we do not have.
    ['zh-CN', 'en'],
    ['zh', 'en'],
    ['zh-Hans-HK', 'en'],
    ['fr', 'en'],
    ['pt-BR', 'en'],
    ['*', 'en'],
    ['not a language', 'en'],
    ['../../etc', 'en'],
  ])('given Shopify names %s, then it is %s', (named, locale) => {
    expect(asked(`?locale=${encodeURIComponent(named)}`)).toBe(locale);
  });

  it('given Shopify names one, then what the browser asks for does not matter', () => {
    expect(asked('?locale=ko', 'zh-TW')).toBe('ko');
    expect(asked('?locale=fr', 'ko')).toBe('en');
  });

  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['ko-KR,ko;q=0.9,en-US;q=0.8', 'ko'],
    ['en-US,en;q=0.9,ko;q=0.8', 'en'],
    ['fr-FR,fr;q=0.9,zh-HK;q=0.5', 'zh-TW'],
    ['en;q=0.3, ko;q=0.7', 'ko'],
    ['ko;q=0,zh-Hant', 'zh-TW'],
    ['zh-CN,zh;q=0.9', 'en'],
    ['*', 'en'],
    [';;;,,q=', 'en'],
  ])('given no name and a browser that asks for %s, then it is %s', (accepted, locale) => {
    expect(asked('', accepted)).toBe(locale);
    expect(asked('?locale=', accepted)).toBe(locale);
  });
});
