import { readFileSync } from 'node:fs';
import type { TFunction } from 'i18next';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { useTranslation } from 'react-i18next';
import { describe, expect, it } from 'vitest';
import { durationRange, durationText } from '#app/i18n/duration.ts';
import { ShopUnitsProvider, useFormat } from '#app/i18n/format.tsx';
import { LanguageProvider, type Language } from '#app/i18n/language.tsx';
import { LOCALES, type Locale } from '#app/i18n/locale.ts';
import { rangeText } from '#app/i18n/ranges.ts';
import { parseDay } from '#app/rfm/calendar.ts';

type Tools = { format: ReturnType<typeof useFormat>; t: TFunction };

/** What a component of the app gets to print with, in a language, for a shop. */
function tools(locale: Locale, currency = 'EUR', timeZone = 'UTC'): Tools {
  const got: Tools[] = [];
  const words = JSON.parse(readFileSync(`app/i18n/${locale}.json`, 'utf8')) as Language['words'];
  const language = { locale, words, polaris: {}, stored: {} };
  const units = createElement(
    ShopUnitsProvider,
    { units: { currency, timeZone } } as Parameters<typeof ShopUnitsProvider>[0],
    createElement(Probe, { take: (given: Tools) => got.push(given) }),
  );
  renderToStaticMarkup(
    createElement(LanguageProvider, { language } as Parameters<typeof LanguageProvider>[0], units),
  );
  return got[0]!;
}

function Probe({ take }: { take: (tools: Tools) => void }) {
  const { t } = useTranslation();
  take({ format: useFormat(), t });
  return null;
}

/** The same in each language. */
const inEach = (print: (tools: Tools) => string, currency?: string, timeZone?: string): string[] =>
  LOCALES.map((locale) => print(tools(locale, currency, timeZone)));

describe('what a shop reads in English, Korean and Traditional Chinese', () => {
  it('given counts, then thousands are set apart and changes have a sign', () => {
    expect(inEach(({ format }) => format.count(12_430))).toEqual(['12,430', '12,430', '12,430']);
    expect(inEach(({ format }) => format.countChange(12))).toEqual(['+12', '+12', '+12']);
  });

  it('given parts, then they are percentages, and the smallest says so', () => {
    expect(inEach(({ format }) => format.share(0.1234))).toEqual(['12.3%', '12.3%', '12.3%']);
    expect(inEach(({ format }) => format.share(0))).toEqual(['0%', '0%', '0%']);
    expect(inEach(({ format }) => format.share(0.0004))).toEqual(['< 0.1%', '< 0.1%', '< 0.1%']);
  });

  it('given money, then it is of the shop’s currency, written as the language writes it', () => {
    expect(inEach(({ format }) => format.money(123_456))).toEqual(['€1,234.56', '€1,234.56', '€1,234.56']);
    expect(inEach(({ format }) => format.money(12_000), 'KRW')).toEqual(['₩12,000', '₩12,000', '￦12,000']);
    expect(inEach(({ format }) => format.wholeMoney(120_000), 'TWD')).toEqual([
      'NT$1,200',
      'NT$1,200',
      '$1,200',
    ]);
    expect(inEach(({ format }) => format.money(123_456), 'USD')).toEqual([
      '$1,234.56',
      'US$1,234.56',
      'US$1,234.56',
    ]);
  });

  it('given much money in a small cell, then it is cut to the language’s own units', () => {
    expect(inEach(({ format }) => format.compactMoney(12_345_600))).toEqual([
      '€123.5K',
      '€12.3만',
      '€12.3萬',
    ]);
  });

  it('given a day, then it stands in the language’s order', () => {
    const day = parseDay('2026-11-22');
    expect(inEach(({ format }) => format.day(day))).toEqual([
      'Nov 22, 2026',
      '2026. 11. 22.',
      '2026年11月22日',
    ]);
  });

  it('given an instant, then day and time are those of the shop’s zone', () => {
    const instant = Date.UTC(2026, 10, 22, 16, 5);
    expect(
      inEach(({ format }) => `${format.dayOf(instant)} ${format.time(instant)}`, 'KRW', 'Asia/Seoul'),
    ).toEqual(['Nov 23, 2026 01:05', '2026. 11. 23. 01:05', '2026年11月23日 01:05']);
  });

  it('given several things, then they are listed as the language lists', () => {
    const ways = ['A', 'B', 'C'];
    expect(inEach(({ format }) => format.list(ways))).toEqual(['A, B, C', 'A, B 및 C', 'A、B和C']);
    expect(inEach(({ format }) => format.list(['A']))).toEqual(['A', 'A', 'A']);
  });

  it('given one and many, then English has two forms and the others one', () => {
    const customers = (n: number) =>
      inEach(({ t, format }) => t('customers', { count: n, n: format.count(n) }));
    expect(customers(1)).toEqual(['1 customer', '고객 1명', '1 位顧客']);
    expect(customers(1200)).toEqual(['1,200 customers', '고객 1,200명', '1,200 位顧客']);
  });

  it('given the range of a score, then it reads as a sentence would', () => {
    const range = (dimension: 'r' | 'f' | 'm', from: number | null, to: number | null) =>
      inEach(({ t, format }) => rangeText(t, format, dimension, { from, to }));
    expect(range('r', 143, null)).toEqual(['143 days or more', '143일 이상', '143 天以上']);
    expect(range('f', 2, 3)).toEqual(['2–3 orders', '2~3건', '2–3 筆']);
    expect(range('f', 1, 1)).toEqual(['1 order', '1건', '1 筆']);
    expect(range('m', null, 4000)).toEqual(['€40.00 or less', '€40.00 이하', '€40.00以下']);
  });

  it('given a time to wait, then it is said in the language’s units', () => {
    expect(inEach(({ t }) => durationText(t, 10_200))).toEqual([
      '2 h 50 min',
      '2시간 50분',
      '2 小時 50 分鐘',
    ]);
    expect(inEach(({ t }) => durationRange(t, 120, 280))).toEqual(['2–5 min', '2~5분', '2–5 分鐘']);
  });
});
